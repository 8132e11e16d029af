// Paper seen through ink: each colour fades with the depth of what takes it away.

vec3 ink(vec2 at) { return texture(iChannel0, at / iResolution.xy).rgb; }

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec3 depth = ink(fragCoord);
    float e = max(1.0, iResolution.y / 360.0);
    float dx = dot(ink(fragCoord + vec2(e, 0)) - ink(fragCoord - vec2(e, 0)), vec3(1));
    float dy = dot(ink(fragCoord + vec2(0, e)) - ink(fragCoord - vec2(0, e)), vec3(1));

    vec3 paper = vec3(0.975, 0.950, 0.900) * (0.97 + 0.04 * noise(fragCoord * 0.35));
    vec3 col = paper * exp(-1.25 * depth);

    // Ink stands a little proud of the paper, and shines where it slopes.
    vec3 n = normalize(vec3(-dx, -dy, 2.2));
    col *= 0.80 + 0.22 * dot(n, normalize(vec3(-0.6, 0.7, 0.6))) / 0.6;
    col += 0.10 * pow(max(dot(n, normalize(vec3(-0.4, 0.5, 1.0))), 0.0), 60.0) * smoothstep(0.1, 0.8, dot(depth, vec3(1)));

    vec2 q = fragCoord / iResolution.xy - 0.5;
    col *= 1.03 - 0.45 * dot(q, q);
    fragColor = vec4(col, 1.0);
}
