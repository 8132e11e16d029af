// Dunes: a height field of noise folded into crests, found by marching.

float hash(vec2 p)
{
    p = fract(p * vec2(0.3183099, 0.3678794) + 0.1) * 17.0;
    return fract(p.x * p.y * (p.x + p.y));
}

float noise(vec2 p)
{
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

// Wind from the left: slow rise, then a steep slip face behind a sharp crest.
float dunes(vec2 p)
{
    p += vec2(1.6, 0.6) * noise(0.30 * p);
    float a = noise(0.33 * p + vec2(0, 3.0));
    float b = noise(mat2(0.8, 0.6, -0.6, 0.8) * p * 0.75);
    float big = 1.0 - abs(2.0 * a - 1.0), small = 1.0 - abs(2.0 * b - 1.0);
    return 1.25 * big * big + 0.22 * small * small;
}

float ripples(vec2 p)
{
    float bend = 2.6 * noise(1.4 * p);
    return 0.5 + 0.5 * sin(34.0 * (p.x + 0.35 * p.y) + 5.0 * bend);
}

vec3 normal(vec2 p, float t)
{
    float e = 0.003 + 0.0012 * t;
    float h = dunes(p);
    vec2 slope = vec2(dunes(p + vec2(e, 0)), dunes(p + vec2(0, e))) - h;
    slope /= e;
    float near = smoothstep(7.0, 0.5, t);
    slope.x += 0.22 * near * cos(34.0 * (p.x + 0.35 * p.y) + 13.0 * noise(1.4 * p));
    return normalize(vec3(-slope.x, 1.0, -slope.y));
}

vec3 sky(vec3 rd, vec3 sun)
{
    float s = max(dot(rd, sun), 0.0);
    vec3 col = mix(vec3(1.0, 0.62, 0.34), vec3(0.14, 0.27, 0.52), smoothstep(-0.02, 0.30, rd.y));
    col = mix(col, vec3(0.55, 0.26, 0.34), 0.55 * exp(-16.0 * abs(rd.y - 0.09)));
    col += vec3(1.0, 0.55, 0.22) * (0.35 * pow(s, 6.0) + 0.5 * pow(s, 60.0));
    return col + vec3(1.0, 0.85, 0.6) * smoothstep(0.9986, 0.9991, s);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec2 at = vec2(6.3 + 0.05 * iTime, 7.0 + 0.34 * iTime);
    vec3 ro = vec3(at.x, 1.95 + 0.03 * sin(0.8 * iTime), at.y);
    vec3 rd = normalize(vec3(uv.x + 0.06 * sin(0.15 * iTime), uv.y - 0.24, 1.25));
    vec3 sun = normalize(vec3(-0.78, 0.30, 0.62));

    // March until under the sand; steps grow with the distance.
    float t = 0.1, gap = 1.0;
    for (int i = 0; i < 50; i++)
    {
        vec3 p = ro + t * rd;
        gap = p.y - dunes(p.xz);
        if (gap < 0.0015 * t || t > 26.0) break;
        t += 0.68 * gap;
    }

    vec3 back = sky(rd, sun), col = back;
    if (t < 26.0)
    {
        vec3 p = ro + t * rd;
        vec3 n = normal(p.xz, t);

        float shadow = 1.0, s = 0.05;
        for (int i = 0; i < 9; i++)
        {
            vec3 q = p + s * sun;
            float h = q.y - dunes(q.xz);
            shadow = min(shadow, 0.5 + 9.0 * h / s);
            s += clamp(h, 0.09, 0.5);
            if (shadow < 0.0) break;
        }
        shadow = smoothstep(0.0, 1.0, clamp(shadow, 0.0, 1.0));

        float diffuse = clamp(dot(n, sun), 0.0, 1.0);
        float grain = hash(floor(p.xz * 180.0)) - 0.5;
        vec3 sand = vec3(0.86, 0.50, 0.26) * (1.0 + 0.14 * grain * exp(-0.5 * t));
        vec3 light = vec3(3.4, 1.95, 1.0) * diffuse * shadow;
        light += vec3(0.20, 0.25, 0.55) * (0.35 + 0.65 * n.y);
        light += vec3(0.45, 0.20, 0.10) * max(0.0, dot(n, -sun)) * 0.6;
        col = sand * light;

        // Grazing grains sparkle towards the sun.
        float gleam = pow(max(dot(reflect(rd, n), sun), 0.0), 12.0);
        col += gleam * shadow * vec3(1.0, 0.6, 0.3) * (0.35 + 1.2 * step(0.47, grain) * exp(-0.3 * t));
        col = mix(col, back, 1.0 - exp(-0.0042 * t * t));
    }
    col = col / (1.0 + 0.45 * col);
    col *= 1.08 - 0.35 * dot(uv, uv);
    fragColor = vec4(pow(col, vec3(0.75)), 1.0);
}
