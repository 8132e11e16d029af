// Ink: how much light of each colour it takes away, carried by the flow.
// Channel 0: velocity, channel 1: itself.

const float STEP = 1.0 / 60.0;

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 p = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    if (iFrame < 2)
    {
        // Bands of ink that the currents have already folded.
        vec2 q = p;
        for (int i = 0; i < 7; i++) q += 0.055 * curl(2.6 * q + 0.7);
        float band = 3.2 * q.x + 1.2 * q.y + 6.0;
        vec3 ink = jetInk(int(mod(floor(band), 4.0)));
        float line = smoothstep(0.50, 0.36, abs(fract(band) - 0.5));
        fragColor = vec4((1.0 - ink) * 1.5 * line, 1.0);
        return;
    }
    vec2 v = texture(iChannel0, fragCoord / iResolution.xy).xy;
    vec3 ink = texture(iChannel1, (fragCoord - STEP * v * iResolution.y) / iResolution.xy).rgb * 0.99925;
    for (int k = 0; k < JETS; k++)
    {
        vec2 d = p - jetPlace(k, iTime);
        ink = mix(ink, (1.0 - jetInk(k)) * 1.5, 0.41 * exp(-900.0 * dot(d, d)));
    }
    if (iMouse.z > 0.0)
    {
        vec2 d = (fragCoord - iMouse.xy) / iResolution.y;
        ink = mix(ink, vec3(0.2, 1.4, 1.6), 0.16 * exp(-900.0 * dot(d, d)));
    }
    fragColor = vec4(ink, 1.0);
}
