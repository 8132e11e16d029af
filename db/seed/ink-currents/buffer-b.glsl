// Pressure, first round: relax towards the velocity's divergence, two texels wide.
// Channel 0: velocity, channel 1: the pressure so far. Green keeps the divergence.

vec2 velocity(ivec2 at) { return texelFetch(iChannel0, clamp(at, ivec2(0), ivec2(iResolution.xy) - 1), 0).xy; }
float pressure(ivec2 at) { return texelFetch(iChannel1, clamp(at, ivec2(0), ivec2(iResolution.xy) - 1), 0).x; }

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    ivec2 at = ivec2(fragCoord);
    float divergence = 0.5 * (velocity(at + ivec2(1, 0)).x - velocity(at - ivec2(1, 0)).x
                            + velocity(at + ivec2(0, 1)).y - velocity(at - ivec2(0, 1)).y);
    float around = pressure(at + ivec2(1, 0)) + pressure(at - ivec2(1, 0))
                 + pressure(at + ivec2(0, 1)) + pressure(at - ivec2(0, 1));
    fragColor = vec4(0.25 * (around - divergence), divergence, 0.0, 1.0);
}
