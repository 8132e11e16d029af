// Newton's method on z^5 - 1, with a complex relaxation that circles around 1.

const float TAU = 6.28318531;

vec2 mul(vec2 a, vec2 b) { return vec2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }
vec2 divide(vec2 a, vec2 b) { return vec2(dot(a, b), a.y * b.x - a.x * b.y) / dot(b, b); }

vec3 basin(float k)
{
    if (k < 0.5) return vec3(0.96, 0.74, 0.40);
    if (k < 1.5) return vec3(0.92, 0.36, 0.30);
    if (k < 2.5) return vec3(0.46, 0.16, 0.42);
    if (k < 3.5) return vec3(0.10, 0.28, 0.52);
    return vec3(0.16, 0.60, 0.58);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    float turn = TAU * iTime / 8.0;
    vec2 uv = 2.1 * (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float a = 0.20 + 0.15 * sin(turn);
    vec2 z = mat2(cos(a), sin(a), -sin(a), cos(a)) * (uv + vec2(0.35, 0.05));
    vec2 relax = vec2(1.12, 0.0) + 0.52 * vec2(0.4 * cos(turn), sin(turn));

    float n = 0.0, step_ = 1.0, glow = 0.0;
    for (int i = 0; i < 34; i++)
    {
        vec2 z2 = mul(z, z), z4 = mul(z2, z2);
        vec2 d = mul(relax, divide(mul(z4, z) - vec2(1, 0), 5.0 * z4));
        z -= d;
        step_ = dot(d, d);
        glow += exp(-9.0 * abs(length(z) - 0.62));
        if (step_ < 1e-5) break;
        n += 1.0;
    }
    float smooth_ = n - log2(max(-log(step_ + 1e-9) / log(1e5), 0.05));
    float k = mod(floor(atan(z.y, z.x) / (TAU / 5.0) + 5.5), 5.0);

    // Fewer turns: calm water. More: the petals' rims, dark first and then glowing.
    float depth = smoothstep(2.0, 26.0, smooth_);
    vec3 col = basin(k) * (0.95 - 0.78 * smoothstep(0.0, 0.55, depth));
    col *= 0.86 + 0.14 * cos(TAU * smooth_ * 0.5);
    col += vec3(1.0, 0.86, 0.62) * pow(depth, 2.2) * 1.4;
    col += basin(k) * 0.085 * glow;
    col *= 1.1 - 0.10 * dot(uv, uv);
    fragColor = vec4(pow(max(col, 0.0) / (1.0 + 0.2 * col), vec3(0.85)), 1.0);
}
