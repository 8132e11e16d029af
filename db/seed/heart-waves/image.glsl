// Tiredness as velvet, excitement as the bright rim that runs over it.

vec2 state(vec2 at) { return texture(iChannel0, at / iResolution.xy).rg; }

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 s = state(fragCoord);
    vec2 slope = vec2(state(fragCoord + vec2(2, 0)).g - state(fragCoord - vec2(2, 0)).g,
                      state(fragCoord + vec2(0, 2)).g - state(fragCoord - vec2(0, 2)).g);
    vec3 n = normalize(vec3(-slope * 9.0, 1.0));
    float light = 0.45 + 0.75 * max(dot(n, normalize(vec3(-0.6, 0.7, 0.6))), 0.0);

    float tired = pow(clamp(s.g / 0.62, 0.0, 1.0), 0.55);
    vec3 col = mix(vec3(0.012, 0.030, 0.090), vec3(0.16, 0.03, 0.20), smoothstep(0.0, 0.35, tired));
    col = mix(col, vec3(0.86, 0.13, 0.22), smoothstep(0.25, 0.75, tired));
    col = mix(col, vec3(1.0, 0.56, 0.20), smoothstep(0.70, 1.0, tired));
    col *= light;
    col += vec3(1.0, 0.86, 0.62) * smoothstep(0.35, 0.95, s.r) * (1.0 - tired) * 0.95;
    col += vec3(0.9, 0.6, 0.7) * pow(max(dot(n, normalize(vec3(-0.35, 0.45, 1.0))), 0.0), 60.0) * 0.14;

    vec2 q = fragCoord / iResolution.xy - 0.5;
    col *= 1.12 - 0.9 * dot(q, q);
    fragColor = vec4(pow(col / (1.0 + 0.15 * col), vec3(0.80)), 1.0);
}
