// Velocity (xy, heights a second). Carries itself along, loses its divergence, is pushed by jets.
// Channel 0: itself, channel 1: pressure.

const float STEP = 1.0 / 60.0;

vec2 velocity(vec2 at) { return texture(iChannel0, at / iResolution.xy).xy; }
float pressure(vec2 at) { return texture(iChannel1, at / iResolution.xy).x; }

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 p = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    if (iFrame < 2)
    {
        fragColor = vec4(0.16 * curl(3.0 * p) + 0.07 * curl(7.0 * p + 4.0), 0.0, 1.0);
        return;
    }
    vec2 back = fragCoord - STEP * velocity(fragCoord) * iResolution.y;
    vec2 v = velocity(back);

    vec2 slope = vec2(pressure(fragCoord + vec2(1, 0)) - pressure(fragCoord - vec2(1, 0)),
                      pressure(fragCoord + vec2(0, 1)) - pressure(fragCoord - vec2(0, 1)));
    v -= 0.5 * slope;

    for (int k = 0; k < JETS; k++)
    {
        vec2 d = p - jetPlace(k, iTime);
        v += STEP * 9.0 * jetWay(k, iTime) * exp(-420.0 * dot(d, d));
    }
    if (iMouse.z > 0.0)
    {
        vec2 d = (fragCoord - iMouse.xy) / iResolution.y;
        vec2 drag = (iMouse.xy - abs(iMouse.zw)) / iResolution.y;
        v += STEP * 12.0 * drag * exp(-300.0 * dot(d, d));
    }

    vec2 rim = smoothstep(vec2(0.0), vec2(6.0), min(fragCoord, iResolution.xy - fragCoord));
    fragColor = vec4(v * 0.9985 * rim.x * rim.y, 0.0, 1.0);
}
