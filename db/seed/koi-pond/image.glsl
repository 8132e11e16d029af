// Koi: a fish is a spine that swings; its distance field is a chain of circles
// written as one taper, so a single evaluation draws the whole body.

const float PI = 3.14159265;

float hash(float n) { return fract(sin(n * 91.345) * 47453.545); }

float noise(vec2 p)
{
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    float n = i.x + 57.0 * i.y;
    return mix(mix(hash(n), hash(n + 1.0), f.x), mix(hash(n + 57.0), hash(n + 58.0), f.x), f.y);
}

mat2 rot(float a) { return mat2(cos(a), sin(a), -sin(a), cos(a)); }

// Where fish `k` swims at time t.
vec2 path(float k, float t)
{
    float a = 0.32 * t * (0.8 + 0.4 * hash(k)) + 1.35 * k;
    return vec2((0.55 + 0.22 * hash(k + 3.0)) * cos(a), (0.30 + 0.10 * hash(k + 5.0)) * sin(1.0 * a + k));
}

// Half the body's width at s, from the nose (0) to the root of the tail (1).
float girth(float s)
{
    return 0.36 * sqrt(max(s, 0.0)) * (1.0 - 0.86 * s) * smoothstep(-0.02, 0.12, s);
}

// Lays fish k over `col`. x runs from nose to tail in fish lengths.
vec3 fish(vec3 col, vec2 p, float k, bool shadow)
{
    float t = iTime;
    vec2 at = path(k, t);
    vec2 dir = normalize(path(k, t + 0.05) - at);
    float size = 0.30 + 0.06 * hash(k + 9.0);
    vec2 q = (p - at) / size;
    q = vec2(-dot(q, dir), dot(q, vec2(-dir.y, dir.x))) + vec2(0.45, 0.0);
    if (abs(q.y) > 0.6 || q.x < -0.2 || q.x > 1.7) return col;

    float swing = sin(5.0 * q.x - 5.5 * t - 2.0 * k) * 0.07 * smoothstep(0.05, 1.0, q.x);
    q.y -= swing;
    float s = clamp(q.x, 0.0, 1.0);
    float body = (abs(q.y) - girth(s)) + abs(q.x - s);

    // Tail: two lobes that trail behind; side fins: soft ellipses.
    float z = q.x - 0.93;
    float tail = max(abs(abs(q.y) - 0.26 * z) - 0.36 * z * (1.2 - 1.6 * z), max(-z, z - 0.62));
    vec2 f = rot(0.75 + 0.12 * sin(3.0 * t + k)) * (vec2(q.x, abs(q.y)) - vec2(0.40, 0.17));
    float fin = length(f * vec2(1.0, 2.4)) - 0.19;

    float px = 2.5 / iResolution.y / size;
    if (shadow)
    {
        float d = min(min(body, tail), fin);
        return mix(col, col * 0.35, 0.75 * smoothstep(0.10, -0.06, d));
    }

    vec3 white = vec3(0.97, 0.93, 0.86), red = vec3(0.93, 0.26, 0.07), ink = vec3(0.07, 0.07, 0.10);
    float spots = noise(vec2(5.0 * q.x + 13.0 * k, 4.0 * q.y + 7.0 * k));
    float kind = hash(k + 1.7);
    vec3 skin = mix(white, kind < 0.2 ? vec3(0.98, 0.70, 0.16) : red, smoothstep(0.45, 0.52, spots + 0.25 * kind));
    if (kind > 0.45) skin = mix(skin, ink, smoothstep(0.70, 0.76, noise(vec2(7.0 * q.x - 9.0 * k, 6.0 * q.y))));

    vec3 web = mix(white, red, 0.35) * (0.7 + 0.3 * sin(90.0 * (q.y / (0.2 + abs(q.x - 0.8)))));
    col = mix(col, web, 0.75 * smoothstep(px, -px, min(tail, fin)));

    float r = clamp(q.y / max(girth(s), 0.001), -1.0, 1.0);
    float round_ = sqrt(1.0 - r * r);
    float scales = 0.92 + 0.08 * sin(60.0 * q.x + 6.0 * cos(40.0 * q.y));
    vec3 lit = skin * scales * (0.42 + 0.65 * round_) + 0.18 * pow(round_, 10.0);
    lit *= 1.0 - 0.35 * smoothstep(0.02, 0.0, abs(q.y)) * smoothstep(0.2, 0.4, q.x) * smoothstep(0.9, 0.7, q.x);
    vec2 eye = vec2(q.x - 0.13, abs(q.y) - 0.10);
    lit = mix(lit, ink, smoothstep(0.026, 0.014, length(eye)));
    return mix(col, lit, smoothstep(px, -px, body));
}

// A lily pad: a disc with a notch, veins and a lit edge.
vec3 pad(vec3 col, vec2 p, vec2 at, float r, float turn)
{
    vec2 q = rot(turn + 0.05 * sin(0.5 * iTime + turn)) * (p - at);
    vec2 shade = q + vec2(-0.02, 0.035);
    col *= mix(0.45, 1.0, smoothstep(r - 0.02, r + 0.05, length(shade)));
    float a = atan(q.y, q.x), d = length(q);
    float edge = r * (1.0 + 0.02 * sin(9.0 * a)) * (1.0 - smoothstep(0.22, 0.0, abs(a)));
    float inside = smoothstep(0.004, -0.004, d - edge);
    float veins = smoothstep(0.93, 1.0, cos(13.0 * a + 0.6)) * smoothstep(0.02, 0.1, d);
    vec3 leaf = mix(vec3(0.08, 0.30, 0.14), vec3(0.36, 0.58, 0.20), d / r);
    leaf += 0.10 * veins + 0.22 * smoothstep(0.015, 0.0, abs(d - edge + 0.006));
    leaf *= 0.75 + 0.35 * noise(18.0 * q) + 0.25 * dot(q / r, vec2(-0.5, 0.7));
    return mix(col, leaf, inside);
}

vec3 lotus(vec3 col, vec2 p, vec2 at, float r)
{
    for (int ring = 0; ring < 3; ring++)
    {
        float k = float(ring), n = 9.0 - 2.0 * k, reach = r * (1.0 - 0.27 * k);
        vec2 q = rot(0.5 * k) * (p - at);
        float a = mod(atan(q.y, q.x), 2.0 * PI / n) - PI / n;
        float d = length(q);
        float petal = abs(a) * d - 0.20 * reach * sin(PI * clamp(d / reach, 0.0, 1.0));
        vec3 tint = mix(vec3(0.99, 0.90, 0.92), vec3(0.93, 0.42, 0.60), d / reach) * (0.8 + 0.2 * k);
        col = mix(col, col * 0.6, 0.5 * smoothstep(0.02, 0.0, petal) * step(d, reach + 0.012));
        col = mix(col, tint, smoothstep(0.004, -0.004, max(petal, d - reach)));
    }
    return mix(col, vec3(1.0, 0.80, 0.25), smoothstep(0.018, 0.012, length(p - at)));
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 p = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;

    // Rings of fallen drops bend what lies beneath.
    vec2 bend = vec2(0.0);
    float glint = 0.0;
    for (int i = 0; i < 3; i++)
    {
        float k = float(i), age = mod(iTime + 1.4 * k + 0.7, 5.6), turn = floor((iTime + 1.4 * k + 0.7) / 5.6);
        vec2 centre = vec2(hash(k + 11.0 * turn) - 0.5, hash(k + 13.0 * turn + 5.0) - 0.5) * vec2(1.5, 0.8);
        vec2 d = p - centre;
        float l = length(d), wave = sin(70.0 * (l - 0.17 * age)) * exp(-90.0 * (l - 0.17 * age) * (l - 0.17 * age) * 4.0);
        wave *= exp(-0.75 * age);
        bend += 0.02 * wave * d / (l + 0.01);
        glint += wave * (0.6 - d.y / (l + 0.01));
    }
    vec2 w = p + bend;

    float light = noise(3.0 * w + 0.15 * iTime) + 0.5 * noise(7.0 * w - 0.2 * iTime);
    vec3 col = mix(vec3(0.005, 0.06, 0.09), vec3(0.03, 0.25, 0.25), 0.55 * light + 0.4 * w.y + 0.1);
    float net = abs(noise(6.0 * w + vec2(0.3 * iTime, 0)) - noise(6.5 * w - vec2(0, 0.3 * iTime)));
    col += 0.10 * vec3(0.3, 0.8, 0.7) * exp(-22.0 * net);

    for (int i = 0; i < 5; i++)
    {
        col = fish(col, w + vec2(-0.035, 0.05), float(i), true);
        col = fish(col, w, float(i), false);
    }
    col = mix(col, vec3(0.02, 0.20, 0.22), 0.12);
    col += vec3(0.5, 0.65, 0.7) * max(0.0, glint) * 0.30;

    col = pad(col, p, vec2(-0.66, 0.27), 0.19, 2.4);
    col = pad(col, p, vec2(-0.83, -0.02), 0.13, 0.6);
    col = pad(col, p, vec2(0.72, -0.33), 0.22, -1.1);
    col = pad(col, p, vec2(0.42, -0.45), 0.12, 1.9);
    col = lotus(col, p, vec2(0.60, -0.26), 0.10);

    col *= 1.12 - 0.45 * dot(p, p);
    fragColor = vec4(pow(max(col, 0.0), vec3(0.80)), 1.0);
}
