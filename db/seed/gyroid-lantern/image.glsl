// A shell of clay, pierced where a gyroid is thin; the flame inside shows through the holes
// and throws beams into the dusty air.

const float TAU = 6.28318531;

mat2 rot(float a) { return mat2(cos(a), sin(a), -sin(a), cos(a)); }

float gyroid(vec3 p) { return dot(sin(p), cos(p.yzx)); }

vec3 spin(vec3 p)
{
    p.xy = rot(0.35) * p.xy;
    p.xz = rot(TAU * iTime / 6.0) * p.xz;
    return p;
}

// p is already in the lantern's own frame.
float lantern(vec3 p)
{
    float shell = abs(length(p) - 0.92) - 0.10;
    float walls = (abs(gyroid(5.2 * p)) - 0.34) / 5.2 * 0.62;
    return max(shell, walls) * 0.85;
}

vec3 normal(vec3 p)
{
    const vec2 e = vec2(1.0, -1.0) * 0.002;
    return normalize(e.xyy * lantern(p + e.xyy) + e.yyx * lantern(p + e.yyx)
                   + e.yxy * lantern(p + e.yxy) + e.xxx * lantern(p + e.xxx));
}

// How open the shell is in the direction d from its middle.
float window(vec3 d) { return smoothstep(0.25, 0.75, abs(gyroid(5.2 * 0.92 * d))); }

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0.0, 0.35, 3.6), rd = normalize(vec3(uv.x, uv.y - 0.085, -1.45));
    float flicker = 0.92 + 0.08 * sin(TAU * iTime / 1.5) * sin(TAU * iTime / 2.0 + 1.0);

    // A table and a wall, where the windows fall as patches of light.
    float below = (-1.02 - ro.y) / rd.y, behind = (-3.0 - ro.z) / rd.z;
    bool table = rd.y < 0.0 && below < behind;
    vec3 q = ro + (table ? below : behind) * rd;
    vec3 d = spin(normalize(q));
    float reach = dot(q, q), facing = table ? 1.02 * inversesqrt(reach) : 3.0 * inversesqrt(reach);
    vec3 plaster = table ? vec3(0.36, 0.22, 0.15) : vec3(0.34, 0.26, 0.24);
    vec3 col = plaster * vec3(1.0, 0.50, 0.18) * window(d) * facing * 5.2 * flicker / (0.6 + reach);
    col += plaster * vec3(0.020, 0.028, 0.055);
    if (table) col *= 0.15 + 0.85 * smoothstep(0.1, 0.9, length(q.xz));

    // Beams: the light that the dust sends us from along the ray.
    vec3 beams = vec3(0.0);
    for (int i = 0; i < 10; i++)
    {
        float t = 2.1 + 0.30 * (float(i) + fract(sin(dot(fragCoord, vec2(12.9, 78.2))) * 43758.5));
        vec3 p = ro + t * rd;
        float l = length(p);
        if (l > 1.05 && (!table || t < below)) beams += window(spin(p / l)) / (0.3 + l * l * l);
    }
    col += beams * vec3(1.0, 0.48, 0.16) * 0.055 * flicker;

    vec3 o = spin(ro), dir = spin(rd);
    float b = dot(o, dir), disc = b * b - dot(o, o) + 1.05;
    if (disc > 0.0)
    {
        float t = -b - sqrt(disc), end = -b + sqrt(disc), gap = 1.0, fire = 0.0;
        for (int i = 0; i < 46 && t < end; i++)
        {
            vec3 p = o + t * dir;
            gap = lantern(p);
            if (gap < 0.0015) break;
            fire += 0.010 / (0.012 + dot(p, p) * dot(p, p));
            t += gap;
        }
        col *= 0.25;
        if (gap < 0.004)
        {
            vec3 p = o + t * dir, n = normal(p);
            float l = length(p);
            vec3 out_ = p / l;
            vec3 clay = vec3(0.74, 0.40, 0.26) * (0.85 + 0.15 * sin(40.0 * p.y));
            float inner = max(dot(n, -out_), 0.0) + 0.35 * (1.0 - abs(dot(n, out_)));
            vec3 light = vec3(1.0, 0.46, 0.15) * inner * 2.6 * flicker;
            // Moonlight from the left on the outside.
            vec3 moon = spin(normalize(vec3(-0.7, 0.75, 0.45)));
            light += vec3(0.26, 0.38, 0.68) * max(dot(n, moon), 0.0) * smoothstep(0.90, 1.0, l);
            light += vec3(0.10, 0.05, 0.03);
            col = clay * light;
            col += vec3(0.30, 0.42, 0.70) * 0.35 * pow(max(dot(reflect(dir, n), moon), 0.0), 24.0);
        }
        col += vec3(1.0, 0.62, 0.26) * fire * 0.11 * flicker;
    }
    col *= 1.15 - 0.6 * dot(uv, uv);
    fragColor = vec4(pow(1.0 - exp(-1.8 * col), vec3(0.75)), 1.0);
}
