// One texel for each tile of the picture: the numbers (from 1) of up to four comets near it.
// So a pixel of the trails asks four comets at most, not all of them.

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 middle = (floor(fragCoord) + 0.5) * TILE;
    bool used = all(lessThan(middle, iResolution.xy + TILE));
    int comets = used ? COMETS : 0;

    vec2 p = (middle - 0.5 * iResolution.xy) / iResolution.y;
    float reach = 0.75 * TILE / iResolution.y + 0.012;
    fragColor = vec4(0.0);
    for (int k = 0; k < comets; k++)
    {
        vec4 comet = texelFetch(iChannel0, ivec2(k, 0), 0);
        float far = length(p - comet.xy) - length(comet.zw) / 60.0;
        if (far < reach) fragColor = vec4(float(k + 1), fragColor.xyz);
    }
}
