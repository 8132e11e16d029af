// Barkley's model: u is excited or at rest and switches fast, v is tiredness and follows slowly.

vec4 excite(sampler2D state, ivec2 at, ivec2 size)
{
    #define READ(x, y) texelFetch(state, clamp(at + ivec2(x, y), ivec2(0), size - 1), 0).r
    vec2 here = texelFetch(state, at, 0).rg;
    float spread = 4.0 * (READ(1, 0) + READ(-1, 0) + READ(0, 1) + READ(0, -1))
                 + (READ(1, 1) + READ(-1, 1) + READ(1, -1) + READ(-1, -1)) - 20.0 * here.r;
    #undef READ

    const float a = 0.75, b = 0.02, eps = 0.025, dt = 0.045;
    float threshold = (here.g + b) / a;
    float u = here.r + dt * (here.r * (1.0 - here.r) * (here.r - threshold) / eps + 0.62 * spread);
    float v = here.g + dt * (here.r - here.g);
    return vec4(clamp(u, 0.0, 1.0), v, 0.0, 1.0);
}
