void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    fragColor = excite(iChannel0, ivec2(fragCoord), ivec2(iResolution.xy));
}
