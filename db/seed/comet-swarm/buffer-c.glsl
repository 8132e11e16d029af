// Trails: what was there fades and spreads a little; every comet adds the stretch it flew.

// Distance from p to the stretch from a to b.
float stretch(vec2 p, vec2 a, vec2 b)
{
    vec2 d = b - a;
    float h = clamp(dot(p - a, d) / max(dot(d, d), 1e-9), 0.0, 1.0);
    return length(p - a - h * d);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 p = (fragCoord - 0.5 * iResolution.xy) / iResolution.y, uv = fragCoord / iResolution.xy;
    vec2 e = 1.0 / iResolution.xy;
    vec3 old = texture(iChannel1, uv).rgb;
    vec3 near = texture(iChannel1, uv + vec2(e.x, 0)).rgb + texture(iChannel1, uv - vec2(e.x, 0)).rgb
              + texture(iChannel1, uv + vec2(0, e.y)).rgb + texture(iChannel1, uv - vec2(0, e.y)).rgb;
    vec3 col = mix(old, 0.25 * near, 0.11) * 0.984;

    // The list of this pixel's tile ends with a zero.
    vec4 list = texelFetch(iChannel2, ivec2(fragCoord / TILE), 0);
    for (int k = 0; k < 4 && list[k] > 0.0; k++)
    {
        vec4 comet = texelFetch(iChannel0, ivec2(list[k] - 1.0, 0), 0);
        float d = stretch(p, comet.xy - comet.zw / 60.0, comet.xy);
        col += cometTint(list[k] - 1.0) * 0.62 * exp(-d * d * 1.2e5);
    }
    fragColor = vec4(col, 1.0);
}
