// Trails over a dusty sky, with the suns and their halos in front.

float grain(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }

float noise(vec2 p)
{
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(grain(i), grain(i + vec2(1, 0)), f.x),
               mix(grain(i + vec2(0, 1)), grain(i + vec2(1, 1)), f.x), f.y);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 p = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;

    float dust = noise(2.5 * p + 3.0) * 0.6 + noise(6.0 * p) * 0.3 + noise(14.0 * p) * 0.15;
    vec3 col = mix(vec3(0.006, 0.008, 0.022), vec3(0.050, 0.026, 0.085), smoothstep(0.35, 0.85, dust));
    vec2 cell = floor(90.0 * p);
    col += step(0.985, grain(cell)) * smoothstep(0.4, 0.0, length(fract(90.0 * p) - 0.5)) * 0.6;

    vec3 trail = texture(iChannel0, fragCoord / iResolution.xy).rgb;
    col += trail * 1.5 + 0.3 * trail * trail;

    for (int k = 0; k < 3; k++)
    {
        float l = length(p - sun(k, iTime));
        vec3 tint = k == 0 ? vec3(1.0, 0.70, 0.32) : k == 1 ? vec3(1.0, 0.42, 0.25) : vec3(0.55, 0.70, 1.0);
        col += tint * (0.0028 / (l * l + 0.0012) * 0.35 + 1.6 * smoothstep(0.026, 0.018, l));
    }
    fragColor = vec4(pow(1.0 - exp(-1.5 * col), vec3(0.80)), 1.0);
}
