// Each cell is drawn as a round coal; its neighbours' glow falls on it.

vec3 heat(float t)
{
    return vec3(1.0, 0.30, 0.06) * smoothstep(0.05, 0.75, t) * t
         + vec3(0.55, 0.55, 0.16) * smoothstep(0.45, 0.95, t)
         + vec3(0.10, 0.16, 0.45) * smoothstep(0.02, 0.20, t) * smoothstep(0.55, 0.10, t) * 0.55;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    float size = cellSize(iResolution.xy);
    vec2 p = fragCoord / size;
    ivec2 at = ivec2(p);
    vec2 q = fract(p) - 0.5;

    // Light gathered from the 5 x 5 coals around.
    float glow = 0.0;
    for (int i = 0; i < 25; i++)
    {
        ivec2 d = ivec2(i % 5, i / 5) - 2;
        float warm = texelFetch(iChannel0, max(at + d, 0), 0).g;
        vec2 away = vec2(d) - q;
        glow += warm * warm * exp(-0.75 * dot(away, away));
    }

    vec4 cell = texelFetch(iChannel0, at, 0);
    float coal = smoothstep(0.50, 0.36, length(q) + 0.06 * hash(vec2(at)));
    float round_ = sqrt(max(0.0, 1.0 - 3.2 * dot(q, q)));

    vec3 col = vec3(0.010, 0.010, 0.018) + vec3(0.75, 0.20, 0.05) * 0.12 * glow;
    vec3 ash = vec3(0.030, 0.032, 0.042) * (0.5 + 0.8 * hash(vec2(at) + 2.0)) + vec3(0.6, 0.18, 0.05) * 0.10 * glow;
    vec3 body = ash * (0.4 + 0.8 * round_) + heat(cell.g) * (0.55 + 0.60 * round_);
    body += vec3(0.25, 0.75, 1.0) * cell.b * cell.r * 0.55 * round_;       // the old burn blue
    col = mix(col, body, coal);

    vec2 v = fragCoord / iResolution.xy - 0.5;
    col *= 1.25 - 1.3 * dot(v, v);
    fragColor = vec4(pow(1.0 - exp(-1.9 * col), vec3(0.75)), 1.0);
}
