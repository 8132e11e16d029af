// Space is folded into a cube and inverted in a sphere, again and again; what stays near
// the planes makes the shell.

const float TAU = 6.28318531;

float map(vec3 p, out vec4 trap)
{
    float scale = 1.0;
    trap = vec4(1e3);
    for (int i = 0; i < 6; i++)
    {
        p = 2.0 * fract(0.5 * p + 0.5) - 1.0;
        float r2 = dot(p, p);
        trap = min(trap, vec4(abs(p), r2));
        float k = 1.18 / r2;
        p *= k;
        scale *= k;
    }
    return 0.34 * abs(p.y) / scale;
}

float map(vec3 p) { vec4 unused; return map(p, unused); }

vec3 normal(vec3 p, float t)
{
    vec2 e = vec2(1.0, -1.0) * (0.0004 + 0.0007 * t);
    return normalize(e.xyy * map(p + e.xyy) + e.yyx * map(p + e.yyx)
                   + e.yxy * map(p + e.yxy) + e.xxx * map(p + e.xxx));
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float t0 = 0.20 * iTime;
    vec3 ro = vec3(2.1 * cos(0.20 + 0.12 * t0), 0.56 + 0.04 * sin(t0), 2.1 * sin(0.20 + 0.12 * t0) + 0.25 * t0);
    vec3 ta = ro + vec3(-0.55, -0.10 + 0.05 * sin(0.8 * t0), 0.85);
    vec3 w = normalize(ta - ro), u = normalize(cross(w, vec3(0.05, 1, 0))), v = cross(u, w);
    vec3 rd = normalize(uv.x * u + uv.y * v + 1.05 * w);

    float t = 0.02, gap;
    vec4 trap;
    bool hit = false;
    for (int i = 0; i < 58; i++)
    {
        gap = map(ro + t * rd, trap);
        if (gap < 0.0006 * t) { hit = true; break; }
        t += gap;
        if (t > 9.0) break;
    }

    vec3 fog = vec3(0.020, 0.028, 0.050), col = fog;
    vec3 l1 = ro + 0.9 * w + 0.35 * vec3(cos(1.1 * iTime), 0.9, sin(1.1 * iTime));
    vec3 l2 = ro + 1.7 * w - 0.60 * vec3(cos(1.1 * iTime), -0.9, sin(1.1 * iTime));
    if (hit)
    {
        vec3 p = ro + t * rd, n = normal(p, t);
        float open = pow(clamp(2.2 * trap.w, 0.0, 1.0), 1.4);
        vec3 stone = mix(vec3(0.78, 0.66, 0.50), vec3(0.80, 0.30, 0.14), smoothstep(0.0, 0.40, trap.y));
        stone = mix(stone, vec3(0.08, 0.30, 0.40), smoothstep(0.35, 0.85, trap.x));

        vec3 d1 = l1 - p, d2 = l2 - p;
        float r1 = dot(d1, d1), r2 = dot(d2, d2);
        vec3 light = vec3(1.60, 0.95, 0.45) * max(dot(n, d1 * inversesqrt(r1)), 0.0) / (0.30 + 2.0 * r1);
        light += vec3(0.30, 0.75, 1.30) * max(dot(n, d2 * inversesqrt(r2)), 0.0) / (0.40 + 1.6 * r2);
        light += vec3(0.09, 0.10, 0.14) * (0.5 + 0.5 * n.y);
        col = stone * light * open;
        col += pow(max(dot(n, normalize(d1 * inversesqrt(r1) - rd)), 0.0), 40.0) * vec3(1.0, 0.7, 0.4) * open / (0.5 + 2.0 * r1);
        col = mix(col, fog, 1.0 - exp(-0.09 * t * t));
    }
    col *= 1.15 - 0.55 * dot(uv, uv);
    fragColor = vec4(pow(1.0 - exp(-1.9 * col), vec3(0.70)), 1.0);
}
