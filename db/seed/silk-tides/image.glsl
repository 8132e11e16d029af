// Silk: noise bent by noise gives folds; their slopes give the sheen.

float hash(vec2 p)
{
    p = fract(p * vec2(0.3183099, 0.3678794) + 0.1);
    p *= 17.0;
    return fract(p.x * p.y * (p.x + p.y));
}

float noise(vec2 p)
{
    vec2 i = floor(p), f = fract(p);
    f = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

const mat2 TURN = mat2(0.8, 0.6, -0.6, 0.8);

float fbm(vec2 p)
{
    float sum = 0.5 * noise(p);
    p = TURN * p * 2.03; sum += 0.25 * noise(p);
    p = TURN * p * 2.01; sum += 0.125 * noise(p);
    return sum;
}

// Height of the cloth at p; `bend` hands out how far it was pushed aside.
float cloth(vec2 p, out vec2 bend)
{
    float t = 0.11 * iTime;
    bend = vec2(fbm(p * 0.8 + t), fbm(p * 0.8 + vec2(5.2, 1.3) - t));
    float folds = fbm(p * vec2(0.55, 1.1) + 2.4 * bend);
    return folds + 0.05 * sin(22.0 * folds + 3.0 * bend.x);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 p = 2.3 * (fragCoord - 0.5 * iResolution.xy) / iResolution.y;

    vec2 bend, unused;
    const float e = 0.012;
    float h = cloth(p, bend);
    vec2 slope = vec2(cloth(p + vec2(e, 0), unused), cloth(p + vec2(0, e), unused)) - h;
    vec3 n = normalize(vec3(-slope / e, 0.85));

    // Deep wine in the valleys, coral on the flanks, cream on the ridges.
    vec3 col = mix(vec3(0.10, 0.02, 0.10), vec3(0.62, 0.07, 0.16), smoothstep(0.2, 0.5, h));
    col = mix(col, vec3(0.98, 0.46, 0.28), smoothstep(0.38, 0.68, h));
    col = mix(col, vec3(0.10, 0.16, 0.42), 0.75 * smoothstep(0.50, 0.75, bend.y));

    vec3 key = normalize(vec3(-0.6, 0.7, 0.5));
    float diffuse = max(dot(n, key), 0.0);
    float sheen = pow(max(dot(n, normalize(key + vec3(0, 0, 1))), 0.0), 28.0);
    float rim = pow(1.0 - n.z, 3.0);

    col *= 0.22 + 1.15 * diffuse;
    col += sheen * vec3(1.0, 0.82, 0.66) * 0.65;
    col += rim * vec3(0.25, 0.30, 0.75) * 0.35;

    vec2 q = fragCoord / iResolution.xy - 0.5;
    col *= 1.0 - 0.9 * dot(q, q);
    fragColor = vec4(pow(col, vec3(0.85)), 1.0);
}
