// Pressure, second round.

vec2 state(ivec2 at) { return texelFetch(iChannel0, clamp(at, ivec2(0), ivec2(iResolution.xy) - 1), 0).xy; }

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    ivec2 at = ivec2(fragCoord);
    float around = state(at + ivec2(1, 0)).x + state(at - ivec2(1, 0)).x
                 + state(at + ivec2(0, 1)).x + state(at - ivec2(0, 1)).x;
    fragColor = vec4(0.25 * (around - state(at).y), 0.0, 0.0, 1.0);
}
