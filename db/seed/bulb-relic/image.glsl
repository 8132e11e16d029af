// The Mandelbulb: the eighth power in spherical coordinates, with a distance estimate.

// Doubles both angles and squares the radius, without any trigonometry.
vec3 square(vec3 z)
{
    vec2 h = z.xz;
    float w = dot(h, h);
    vec2 turned = vec2(2.0 * h.x * h.y, h.y * h.y - h.x * h.x) * (2.0 * z.y * inversesqrt(max(w, 1e-12)));
    return vec3(turned.x, z.y * z.y - w, turned.y);
}

float bulb(vec3 p, out vec4 trap)
{
    vec3 z = p;
    float m = dot(z, z), dz = 1.0;
    trap = vec4(abs(z), m);
    for (int i = 0; i < 4; i++)
    {
        dz = 8.0 * (m * m * m * sqrt(m)) * dz + 1.0;
        z = p + square(square(square(z)));
        trap = min(trap, vec4(abs(z), m));
        m = dot(z, z);
        if (m > 4.0) break;
    }
    trap.w = m;
    return 0.25 * log(m) * sqrt(m) / dz;
}

float bulb(vec3 p) { vec4 unused; return bulb(p, unused); }

vec3 normal(vec3 p, float e_)
{
    vec2 e = vec2(1.0, -1.0) * e_;
    return normalize(e.xyy * bulb(p + e.xyy) + e.yyx * bulb(p + e.yyx)
                   + e.yxy * bulb(p + e.yxy) + e.xxx * bulb(p + e.xxx));
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float a = 0.30 * iTime + 0.5;
    vec3 ro = 2.55 * vec3(cos(a) * 0.94, 0.42 + 0.10 * sin(0.6 * iTime), sin(a) * 0.94);
    vec3 w = normalize(-ro), u = normalize(cross(w, vec3(0, 1, 0))), v = cross(u, w);
    vec3 rd = normalize(uv.x * u + uv.y * v + 1.16 * w);
    vec3 sun = normalize(0.7 * v + 0.75 * -u - 0.25 * w);

    float reach = length(uv - vec2(-0.15, 0.12));
    vec3 col = mix(vec3(0.125, 0.100, 0.085), vec3(0.012, 0.014, 0.020), smoothstep(0.0, 0.95, reach));

    // Only the sphere of radius 1.2 around the bulb is searched.
    float b = dot(ro, rd), disc = b * b - dot(ro, ro) + 1.44;
    if (disc > 0.0)
    {
        float t = -b - sqrt(disc), end = -b + sqrt(disc), near = 1.0;
        vec4 trap;
        bool hit = false;
        for (int i = 0; i < 40 && t < end; i++)
        {
            float d = bulb(ro + t * rd, trap), px = 0.0011 * t;
            near = min(near, d / t);
            if (d < px) { hit = true; break; }
            t += d;
        }
        if (hit)
        {
            vec3 p = ro + t * rd, n = normal(p, 0.0011 * t);
            float hollow = clamp(0.05 * log(trap.w) + 0.15, 0.0, 1.0);
            float open = clamp(2.4 * sqrt(dot(p, p)) - 1.75, 0.0, 1.0);
            open *= clamp(bulb(p + 0.06 * n) / 0.045, 0.0, 1.0) * 0.75 + 0.25;

            float lit = 1.0, s = 0.01;
            for (int i = 0; i < 8; i++)
            {
                float d = bulb(p + 0.004 * n + s * sun);
                lit = min(lit, 10.0 * d / s);
                s += clamp(d, 0.02, 0.16);
                if (lit < 0.02) break;
            }
            lit = clamp(lit, 0.0, 1.0);

            vec3 bronze = mix(vec3(0.36, 0.17, 0.07), vec3(0.90, 0.58, 0.26), smoothstep(0.0, 0.35, trap.x));
            vec3 verdigris = vec3(0.13, 0.47, 0.40);
            vec3 metal = mix(bronze, verdigris, smoothstep(0.55, 0.10, open) * smoothstep(0.0, 0.25, trap.y + 0.10));
            metal = mix(metal, vec3(0.62, 0.16, 0.06), 0.4 * smoothstep(0.20, 0.0, trap.z));

            float diffuse = max(dot(n, sun), 0.0) * lit;
            vec3 light = vec3(2.6, 2.15, 1.60) * diffuse + vec3(0.16, 0.24, 0.36) * open * (0.6 + 0.4 * dot(n, v));
            light += vec3(0.50, 0.26, 0.12) * open * max(0.0, dot(n, normalize(u - v))) * 0.45;
            col = metal * light;
            float shine = pow(max(dot(n, normalize(sun - rd)), 0.0), 32.0);
            col += shine * lit * vec3(1.0, 0.80, 0.55) * (0.35 + 0.9 * open);
            col += pow(1.0 - max(dot(n, -rd), 0.0), 3.0) * vec3(0.14, 0.20, 0.28) * open;
        }
        else col += vec3(0.22, 0.14, 0.07) * exp(-90.0 * near) * 0.5;
    }
    fragColor = vec4(pow(col / (1.0 + 0.35 * col), vec3(0.68)), 1.0);
}
