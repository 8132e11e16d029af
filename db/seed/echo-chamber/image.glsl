void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = fragCoord / iResolution.xy, q = uv - 0.5;
    vec2 e = 1.5 / iResolution.xy;
    vec3 col = texture(iChannel0, uv).rgb;

    // Edges catch light, as if each echo were a pane of glass.
    vec3 ahead = texture(iChannel0, uv + vec2(-e.x, e.y)).rgb, behind = texture(iChannel0, uv - vec2(-e.x, e.y)).rgb;
    float edge = dot(behind - ahead, vec3(0.33));
    col += 0.55 * max(edge, 0.0) + 0.35 * min(edge, 0.0);

    // A large dim echo fills the room behind.
    vec3 far = texture(iChannel0, 0.5 + rot(2.2) * q * vec2(0.42, 0.42)).rgb;
    col += 0.16 * far * smoothstep(0.25, 0.0, dot(col, vec3(0.33)));
    col += vec3(0.012, 0.010, 0.028);
    col *= 1.15 - 1.1 * dot(q, q);
    fragColor = vec4(pow(1.0 - exp(-1.7 * max(col, 0.0)), vec3(0.85)), 1.0);
}
