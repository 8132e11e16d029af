void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    fragColor = film(iChannel0, fragCoord, iResolution.xy, iTime);
}
