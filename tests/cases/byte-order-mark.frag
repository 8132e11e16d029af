void mainImage(out vec4 c, in vec2 p)
{
    c = vec4(p / iResolution.xy, 0.25 * iTime, 1.0);
}
