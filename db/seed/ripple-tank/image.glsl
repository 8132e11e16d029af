// Looking straight down: the stones are seen through the bent surface, the sky upon it.

float height(vec2 at) { return texture(iChannel0, at / iResolution.xy).r; }

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    float e = max(1.0, iResolution.y / 360.0);
    float h = height(fragCoord);
    float r = height(fragCoord + vec2(e, 0)), l = height(fragCoord - vec2(e, 0));
    float u = height(fragCoord + vec2(0, e)), d = height(fragCoord - vec2(0, e));
    vec2 slope = vec2(r - l, u - d);
    float focus = 4.0 * h - r - l - u - d;                     // crests gather light below

    vec2 p = fragCoord / iResolution.y;
    vec3 bed = texture(iChannel1, 1.15 * p - 0.45 * slope + vec2(0.1, 0.0)).rgb;
    vec3 fine = texture(iChannel1, 3.1 * p - 1.0 * slope).rgb;
    bed = pow(bed * (0.65 + 0.6 * fine), vec3(1.5));

    vec3 col = bed * vec3(0.62, 0.92, 0.90) + vec3(0.0, 0.035, 0.050);
    col *= 0.95 + clamp(7.0 * focus, -0.50, 1.6);
    col *= mix(vec3(1.0), vec3(0.30, 0.72, 0.80), 0.40 + 0.10 * h);

    vec3 n = normalize(vec3(-slope * 5.0, 1.0));
    float fresnel = 0.03 + 0.97 * pow(1.0 - n.z, 2.0);
    vec3 sky = mix(vec3(0.20, 0.42, 0.62), vec3(0.95, 0.86, 0.70), smoothstep(-0.5, 0.6, n.y - 0.6 * n.x));
    col += sky * fresnel * 1.1;
    col += vec3(1.0, 0.93, 0.80) * pow(max(dot(n, normalize(vec3(-0.42, 0.50, 1.0))), 0.0), 140.0) * 0.9;

    vec2 q = fragCoord / iResolution.xy - 0.5;
    col *= 1.20 - 1.0 * dot(q - vec2(-0.15, 0.15), q - vec2(-0.15, 0.15));
    fragColor = vec4(pow(max(col, 0.0) / (1.0 + 0.25 * col), vec3(0.72)), 1.0);
}
