void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    fragColor = waveStep(iChannel0, ivec2(fragCoord), ivec2(iResolution.xy));
}
