// One step of the waves, and what falls into the water.

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 size = iResolution.xy, p = (fragCoord - 0.5 * size) / size.y;
    if (iFrame == 0)
    {
        // Six drops have already fallen.
        float h = 0.0;
        for (int k = 0; k < 6; k++)
        {
            float n = float(k), l = length(p - vec2(1.6 * hash(n + 1.0) - 0.8, 0.8 * hash(n + 14.0) - 0.4));
            float ring = l - 0.05 - 0.05 * n;
            h += 1.3 * cos(95.0 * ring) * exp(-420.0 * ring * ring);
        }
        fragColor = vec4(h, h, 0.0, 1.0);
        return;
    }
    fragColor = waveStep(iChannel0, ivec2(fragCoord), ivec2(size));

    // A drop every third of a second.
    if (iFrame % 20 == 0)
    {
        float n = float(iFrame / 20);
        vec2 at = vec2(1.6 * hash(n) - 0.8, 0.9 * hash(n + 31.0) - 0.45);
        float l = length(p - at);
        fragColor.r -= (0.4 + 0.4 * hash(n + 5.0)) * exp(-1600.0 * l * l);
    }
    if (iMouse.z > 0.0)
    {
        float l = length(fragCoord - iMouse.xy) / size.y;
        fragColor.r = mix(fragColor.r, -0.7, exp(-4000.0 * l * l));
    }
}
