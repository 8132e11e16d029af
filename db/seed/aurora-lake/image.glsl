// Aurora: rays are followed through stacked sheets of noise high above a lake.

float hash(vec2 p)
{
    p = fract(p * vec2(233.34, 851.73));
    p += dot(p, p + 23.45);
    return fract(p.x * p.y);
}

float noise(vec2 p)
{
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

float fbm(vec2 p)
{
    float sum = 0.0, weight = 0.5;
    for (int i = 0; i < 4; i++) { sum += weight * noise(p); p = 2.1 * p + 3.7; weight *= 0.5; }
    return sum;
}

// Strength of the curtain above the ground point p: thin where a warped noise crosses 1/2.
float curtain(vec2 p)
{
    float t = 0.16 * iTime;
    vec2 q = p + 0.9 * vec2(noise(0.8 * p + t), noise(0.8 * p - t + 9.0));
    float band = abs(noise(0.55 * q + vec2(0.25 * t, 0.0)) - 0.5);
    float rays = noise(vec2(15.0, 6.0) * q + vec2(0, 1.5 * t));
    return exp(-24.0 * band) * (0.15 + 1.2 * rays * rays);
}

vec3 sky(vec3 rd)
{
    vec3 col = mix(vec3(0.010, 0.035, 0.070), vec3(0.004, 0.008, 0.024), smoothstep(0.0, 0.6, rd.y));
    col += vec3(0.02, 0.10, 0.10) * exp(-7.0 * rd.y);

    // Stars: one in some cells of a grid over the directions.
    vec2 s = rd.xy / (0.35 + rd.z) * 70.0;
    vec2 cell = floor(s);
    float lone = hash(cell);
    vec2 at = fract(s) - 0.5 - 0.6 * (vec2(hash(cell + 3.1), hash(cell + 7.3)) - 0.5);
    float twinkle = 0.7 + 0.3 * sin(1.5 * iTime + 40.0 * lone);
    col += step(0.86, lone) * twinkle * vec3(0.8, 0.9, 1.0) * smoothstep(0.13, 0.0, length(at)) * (lone - 0.8) * 6.0;

    // Sheets from the green lower hem to the violet top.
    vec3 glow = vec3(0.0);
    const int SHEETS = 22;
    float jitter = hash(rd.xy * 517.0);
    for (int i = 0; i < SHEETS; i++)
    {
        float k = (float(i) + jitter) / float(SHEETS);
        float height = 0.75 + 0.95 * k * k;
        vec2 p = rd.xz * height / (rd.y + 0.10);
        float strength = curtain(1.15 * p + vec2(1.1, 3.3)) * exp(-2.6 * k) * smoothstep(0.0, 0.10, k);
        vec3 tint = mix(vec3(0.10, 1.0, 0.48), vec3(0.55, 0.18, 0.95), smoothstep(0.05, 0.75, k));
        glow += tint * strength;
    }
    return col + glow * 0.24 * smoothstep(-0.02, 0.16, rd.y);
}

float ridge(float x)
{
    return 0.035 + 0.13 * fbm(vec2(2.3 * x + 4.0, 0.0)) - 0.03 * cos(2.0 * x);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 p = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    p.y += 0.24;                                       // the shore lies below the middle

    bool water = p.y < 0.0;
    vec2 q = p;
    if (water)
    {
        float ripple = fbm(vec2(9.0 * p.x, 70.0 * p.y / (0.15 - p.y)) + vec2(0, 0.35 * iTime)) - 0.5;
        q = vec2(p.x + 0.02 * ripple, -p.y * 1.05 + 0.02 * ripple);
    }

    vec3 col = sky(normalize(vec3(q, 1.15)));

    float far = ridge(q.x), near = 0.55 * ridge(1.7 * q.x + 3.0) - 0.01;
    float trees = near + 0.022 * pow(abs(2.0 * fract(38.0 * q.x + noise(vec2(20.0 * q.x, 1.0))) - 1.0), 1.5) * noise(vec2(60.0 * q.x, 3.0));
    col = mix(col, vec3(0.010, 0.030, 0.045) + 0.05 * col, smoothstep(0.003, -0.003, q.y - far));
    col = mix(col, vec3(0.002, 0.006, 0.010), smoothstep(0.003, -0.003, q.y - trees));

    if (water)
    {
        float fresnel = mix(0.75, 0.35, smoothstep(0.0, 0.3, -p.y));
        col = col * fresnel + vec3(0.002, 0.012, 0.018);
        col += vec3(0.02, 0.08, 0.07) * exp(60.0 * p.y);
    }
    col = 1.0 - exp(-2.1 * col);
    fragColor = vec4(pow(col, vec3(0.75)), 1.0);
}
