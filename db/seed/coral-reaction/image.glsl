// The concentration is shown as a landscape under warm light.

float height(vec2 at) { return texture(iChannel0, at / iResolution.xy).g; }

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    float h = height(fragCoord), food = texture(iChannel0, fragCoord / iResolution.xy).r;
    vec2 slope = vec2(height(fragCoord + vec2(1, 0)) - height(fragCoord - vec2(1, 0)),
                      height(fragCoord + vec2(0, 1)) - height(fragCoord - vec2(0, 1)));
    vec3 n = normalize(vec3(-slope * 5.0, 0.55));
    float around = 0.25 * (height(fragCoord + vec2(6, 0)) + height(fragCoord - vec2(6, 0))
                         + height(fragCoord + vec2(0, 6)) + height(fragCoord - vec2(0, 6)));

    float x = smoothstep(0.04, 0.36, h);
    vec3 col = mix(vec3(0.010, 0.045, 0.085), vec3(0.020, 0.170, 0.215), smoothstep(0.95, 0.45, food));
    col = mix(col, vec3(0.93, 0.26, 0.22), smoothstep(0.10, 0.55, x));
    col = mix(col, vec3(1.00, 0.74, 0.52), smoothstep(0.55, 1.0, x));

    vec3 light = normalize(vec3(-0.6, 0.7, 0.55));
    float diffuse = max(dot(n, light), 0.0);
    float shine = pow(max(dot(n, normalize(light + vec3(0, 0, 1))), 0.0), 30.0);
    col *= 0.30 + 1.05 * diffuse;
    col *= 1.0 - 0.55 * smoothstep(0.0, 0.28, around) * (1.0 - x);
    col += shine * 0.45 * vec3(1.0, 0.9, 0.8) * (0.3 + 0.7 * x);

    vec2 q = fragCoord / iResolution.xy - 0.5;
    col *= 1.10 - 0.9 * dot(q, q);
    fragColor = vec4(pow(max(col, 0.0), vec3(0.80)), 1.0);
}
