// A second pass within the frame, so that the spiral grows twice as fast.

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    fragColor = film(iChannel0, fragCoord, iResolution.xy, iTime + 1.0 / 120.0);
}
