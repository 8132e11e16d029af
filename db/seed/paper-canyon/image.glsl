// Cut paper: each sheet is a noise field with a hole where it falls under a level.
// A sheet's shadow is the same field, read a little further from the light.

float hash(vec2 p)
{
    p = fract(p * vec2(0.1031, 0.1130) * 7.3);
    p += dot(p, p.yx + 33.33);
    return fract((p.x + p.y) * p.x);
}

float noise(vec2 p)
{
    vec2 i = floor(p), f = fract(p);
    f = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

// How far p is inside the paper of sheet k (negative: a hole).
float sheet(vec2 p, float k)
{
    vec2 drift = 0.22 * vec2(sin(0.5 * iTime + 0.35 * k), cos(0.4 * iTime - 0.25 * k));
    vec2 q = 1.15 * p * (1.0 - 0.035 * k) + drift + 7.3;
    float n = 0.75 * noise(1.3 * q) + 0.25 * noise(2.9 * q + 4.0);
    return n - 0.5 + 0.20 * (length(p) - 0.5) + 0.66 * (0.38 - k / 9.0);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 p = 2.0 * (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float px = 6.0 / iResolution.y;
    float fibre = 0.97 + 0.05 * noise(p * vec2(70.0, 160.0)) - 0.03 * noise(p * 240.0);

    vec3 col = deep.rgb * 0.45;
    for (int i = 0; i < 9; i++)
    {
        float k = float(i), up = k / 8.0;
        float here = sheet(p, k);
        float shade = smoothstep(-0.03, 0.13, sheet(p + vec2(-0.045, 0.075) * (0.6 + depth), k));
        col *= mix(1.0, 0.30, shade * min(depth, 1.0));

        vec3 paper = mix(deep.rgb, bright.rgb, pow(up, 0.8));
        paper = mix(paper, vec3(0.86, 0.16, 0.30), 0.75 * exp(-18.0 * (up - 0.5) * (up - 0.5)));
        paper *= fibre * (0.92 + 0.10 * p.y + 0.05 * up);
        paper += 0.20 * smoothstep(0.020, 0.0, here);           // the lit cut edge
        col = mix(col, paper, smoothstep(0.0, px * 0.35, here));
    }
    col *= 1.05 - 0.10 * dot(p, p);
    fragColor = vec4(col, 1.0);
}
