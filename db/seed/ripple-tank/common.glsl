// The water's height (red) and its height one step before (green).

float hash(float n) { return fract(sin(n * 91.345) * 47453.545); }

vec4 waveStep(sampler2D state, ivec2 at, ivec2 size)
{
    #define READ(x, y) texelFetch(state, clamp(at + ivec2(x, y), ivec2(0), size - 1), 0).r
    vec2 here = texelFetch(state, at, 0).rg;
    float spread = 0.2 * (READ(1, 0) + READ(-1, 0) + READ(0, 1) + READ(0, -1))
                 + 0.05 * (READ(1, 1) + READ(-1, 1) + READ(1, -1) + READ(-1, -1)) - here.r;
    #undef READ
    float next = 2.0 * here.r - here.g + 0.275 * spread;
    next = mix(next, here.r, 0.002) * 0.99875;
    return vec4(next, here.r, 0.0, 1.0);
}
