// First of four steps a frame; also sows the start and the mouse's seeds.

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    if (iFrame < 2)
    {
        // Bent stripes, about as wide as the pattern will be: it need not start from nothing.
        vec2 p = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
        vec2 bend = vec2(noise(4.0 * p + 1.0), noise(4.0 * p + 9.0));
        float stripes = sin(0.30 * fragCoord.x + 30.0 * bend.x + 9.0 * bend.y) * cos(0.15 * fragCoord.y - 20.0 * bend.y);
        float reef = smoothstep(0.36, 0.44, noise(2.6 * p + 3.3) + 0.12 * noise(30.0 * p));
        float seed = step(0.05, stripes + 0.7 * (noise(0.25 * fragCoord) - 0.5)) * reef;
        fragColor = vec4(1.0 - 0.55 * seed, 0.32 * seed, 0.0, 1.0);
        return;
    }
    fragColor = react(iChannel0, fragCoord, iResolution.xy);
    if (iMouse.z > 0.0 && length(fragCoord - iMouse.xy) < 0.02 * iResolution.y) fragColor.g = 0.6;
}
