// A still. Boxes and cylinders, one hard sun, and a perspective that is a little too steep.

float box(vec3 p, vec3 b)
{
    vec3 d = abs(p) - b;
    return length(max(d, 0.0)) + min(max(d.x, max(d.y, d.z)), 0.0);
}

// An arched opening in the (x, y) plane: w wide, straight up to h, then round.
float arch(vec2 p, float w, float h)
{
    p.y -= h;
    return p.y < 0.0 ? abs(p.x) - w : length(p) - w;
}

// What was hit: 0 square, 1 arcade, 2 tower, 3 statue, 4 far wall.
vec2 closer(vec2 a, vec2 b) { return a.x < b.x ? a : b; }

vec2 scene(vec3 p)
{
    vec2 best = vec2(p.y, 0.0);

    // The arcade on the left: a long block with arches bitten out of its front and a dark hall behind.
    vec3 q = p - vec3(-5.2, 2.3, 9.0);
    float block = box(q, vec3(1.9, 2.3, 11.0));
    float bay = mod(p.z, 2.2) - 1.1;
    float holes = max(arch(vec2(bay, p.y), 0.72, 1.85), -(p.x + 4.4));
    holes = max(holes, -(p.x + 6.2));
    float hall = box(p - vec3(-4.9, 1.4, 9.0), vec3(1.15, 1.45, 10.6));
    float windows = max(box(vec3(p.x + 3.3, p.y - 3.75, bay), vec3(0.25, 0.28, 0.20)), -1.0);
    best = closer(best, vec2(max(max(max(block, -holes), -hall), -windows), 1.0));
    best = closer(best, vec2(box(p - vec3(-5.2, 4.68, 9.0), vec3(2.05, 0.10, 11.1)), 1.0));

    // The tower: two stacked drums with a colonnade between, and a flag.
    vec3 t = p - vec3(2.7, 0.0, 22.0);
    float l = length(t.xz), drum = max(l - 2.0, t.y - 4.6);
    drum = min(drum, max(l - 1.55, abs(t.y - 7.6) - 1.0));
    drum = min(drum, max(l - 2.15, abs(t.y - 4.7) - 0.16));
    drum = min(drum, max(l - 1.95, abs(t.y - 8.6) - 0.16));
    drum = min(drum, max(l - 1.0, t.y - 6.8));
    float a = mod(atan(t.z, t.x), 0.5236) - 0.2618;
    drum = min(drum, max(length(vec2(l * cos(a) - 1.62, l * sin(a))) - 0.16, abs(t.y - 5.7) - 1.0));
    drum = min(drum, max(l - 0.05, t.y - 11.0));
    best = closer(best, vec2(drum, 2.0));

    // A statue that lies on its plinth, and a figure in the distance.
    vec3 s = p - vec3(0.9, 0.0, 5.4);
    float stone = box(s - vec3(0, 0.28, 0), vec3(0.95, 0.28, 0.42)) - 0.02;
    vec3 r = s - vec3(0, 0.80, 0);
    float body = length((r - vec3(-0.12, 0.02, 0)) * vec3(1.0, 2.0, 2.1)) - 0.48;
    body = min(body * 0.5, length(r - vec3(-0.58, 0.36, 0.02)) - 0.155);
    body = min(body, length(vec2(length(r.yz * vec2(1.0, 0.9) - vec2(0.02, 0)), max(abs(r.x - 0.45) - 0.38, 0.0))) - 0.14 + 0.05 * r.x);
    best = closer(best, vec2(min(stone, 0.8 * body), 3.0));

    vec3 f = p - vec3(-0.9, 0.0, 14.5);
    float person = min(length(f - vec3(0, 1.05, 0)) - 0.14, max(length(f.xz) - 0.24 + 0.17 * f.y, abs(f.y - 0.45) - 0.45));
    best = closer(best, vec2(person, 3.0));

    best = closer(best, vec2(box(p - vec3(6.0, 1.0, 30.0), vec3(40.0, 1.0, 0.5)), 4.0));
    // A house on the right that we never see: only its shadow is in the picture.
    best = closer(best, vec2(box(p - vec3(9.0, 2.2, -2.6), vec3(2.5, 2.2, 5.0)), 4.0));
    return best;
}

vec3 normal(vec3 p, float t)
{
    vec2 e = vec2(1.0, -1.0) * (0.0007 + 0.0003 * t);
    return normalize(e.xyy * scene(p + e.xyy).x + e.yyx * scene(p + e.yyx).x
                   + e.yxy * scene(p + e.yxy).x + e.xxx * scene(p + e.xxx).x);
}

float hash(vec2 p) { return fract(sin(dot(p, vec2(12.9, 78.2))) * 43758.5); }

float noise(vec2 p)
{
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

const vec3 SUN = vec3(0.80, 0.40, -0.42);

vec3 shade(vec2 uv)
{
    vec3 ro = vec3(1.7, 2.35, -3.6), rd = normalize(vec3(uv.x - 0.10, uv.y - 0.02, 1.10));
    vec3 sun = normalize(SUN);

    // A green evening sky, as no sky is.
    float brush = noise(uv * vec2(6.0, 60.0)) * 0.5 + noise(uv * vec2(14.0, 120.0)) * 0.5;
    float h = max(rd.y, 0.0);
    vec3 sky = mix(vec3(0.98, 0.80, 0.42), vec3(0.05, 0.36, 0.38), smoothstep(0.0, 0.28, h));
    sky = mix(sky, vec3(0.010, 0.13, 0.20), smoothstep(0.22, 0.62, h)) * (0.94 + 0.10 * brush);

    float t = 0.5;
    vec2 hit = vec2(1.0, 0.0);
    for (int i = 0; i < 110; i++)
    {
        hit = scene(ro + t * rd);
        if (hit.x < 0.0008 * t || t > 60.0) break;
        t += 0.92 * hit.x;
    }
    if (t > 60.0) return sky;

    vec3 p = ro + t * rd, n = normal(p, t);
    float lit = 1.0, s = 0.03;
    vec3 from = p + 0.01 * n;
    for (int i = 0; i < 60; i++)
    {
        float d = scene(from + s * sun).x;
        lit = min(lit, 90.0 * d / s);
        s += clamp(d, 0.02, 0.9);
        if (lit < 0.01 || s > 22.0) break;
    }
    lit = clamp(lit, 0.0, 1.0) * max(dot(n, sun), 0.0);
    float open = clamp(0.45 + 0.9 * scene(p + 0.5 * n).x, 0.0, 1.0);

    vec3 paint = vec3(0.93, 0.62, 0.26);                                     // the square: ochre
    if (hit.y > 0.5) paint = vec3(0.95, 0.86, 0.70);                         // the arcade: chalk
    if (hit.y > 1.5) paint = vec3(0.92, 0.42, 0.24);                         // the tower: brick
    if (hit.y > 2.5) paint = vec3(0.90, 0.90, 0.86);                         // marble
    if (hit.y > 3.5) paint = vec3(0.55, 0.22, 0.14);
    float stroke = noise(p.xz * vec2(3.0, 9.0) + p.yy * 7.0);
    paint *= 0.90 + 0.16 * stroke;

    vec3 light = vec3(1.55, 1.25, 0.80) * lit + vec3(0.10, 0.17, 0.20) * open * (0.6 + 0.4 * n.y);
    light += vec3(0.22, 0.12, 0.04) * open * max(0.0, 0.3 - n.y) * 0.6;      // thrown up by the square
    vec3 col = paint * light;
    return mix(col, sky * 0.9, smoothstep(20.0, 75.0, t) * 0.7);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec3 sum = vec3(0.0);
    for (int k = 0; k < 2; k++)
    {
        vec2 at = fragCoord + vec2(0.25, 0.25) * float(2 * k - 1);
        sum += shade((at - 0.5 * iResolution.xy) / iResolution.y);
    }
    vec2 q = fragCoord / iResolution.xy - 0.5;
    vec3 col = 0.5 * sum * (1.06 - 0.5 * dot(q, q));
    fragColor = vec4(pow(col / (1.0 + 0.18 * col), vec3(0.80)), 1.0);
}
