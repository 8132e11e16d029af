// First of four steps. The start: tiredness turned against excitement around nine centres,
// each of which becomes the tip of a spiral.

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    if (iFrame < 2)
    {
        vec2 p = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
        float phase = 0.0, weight = 0.0;
        for (int k = 0; k < 9; k++)
        {
            float n = float(k);
            vec2 at = vec2(1.5 * fract(n * 0.618 + 0.31) - 0.75, 0.84 * fract(n * 0.382 * 1.7 + 0.12) - 0.42);
            vec2 d = p - at;
            float spin = mod(n, 2.0) < 1.0 ? 1.0 : -1.0;
            phase += spin * atan(d.y, d.x);
        }
        phase += 24.0 * length(p + vec2(0.2, 0.1));
        float x = fract(phase / 6.2831853);
        fragColor = vec4(x < 0.20 ? 1.0 : 0.0, x < 0.20 ? 0.25 * x : 0.42 * exp(-3.2 * (1.0 - x)), 0.0, 1.0);
        return;
    }
    fragColor = excite(iChannel0, ivec2(fragCoord), ivec2(iResolution.xy));
    float touch_ = length(fragCoord - iMouse.xy) / iResolution.y;
    if (iMouse.z > 0.0 && touch_ < 0.02) fragColor.r = 1.0;
}
