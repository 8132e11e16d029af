// z -> z^2 + c. Colours come from how near each orbit passed by a line and by the origin.

const float TAU = 6.28318531;

vec3 bloom(vec2 p, vec2 c)
{
    vec2 z = p;
    float line = 1e9, point = 1e9, n = 0.0, l = 0.0;
    vec2 last = z;
    for (int i = 0; i < 90; i++)
    {
        z = vec2(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + c;
        l = dot(z, z);
        if (l > 256.0) break;
        line = min(line, abs(z.y + 0.22 * sin(3.0 * z.x)));
        if (l < point) { point = l; last = z; }
        n += 1.0;
    }
    float deep = n - log2(max(1.0, 0.5 * log2(max(l, 1.0001)))) ;
    float outside = smoothstep(0.0, 22.0, deep);

    // Night outside, petals towards the set, a bright vein wherever an orbit touched the line.
    vec3 col = mix(vec3(0.022, 0.018, 0.070), vec3(0.36, 0.06, 0.34), outside);
    col = mix(col, vec3(0.98, 0.36, 0.30), smoothstep(14.0, 46.0, deep));
    float petal = sqrt(point);
    float a = atan(last.y, last.x);
    vec3 heart = 0.55 + 0.45 * cos(vec3(0.1, 1.3, 2.6) + 1.2 * a + 3.0 * petal);
    col = mix(col, heart * vec3(1.0, 0.75, 0.85), 0.75 * exp(-3.6 * petal) * smoothstep(4.0, 20.0, deep));
    col += vec3(1.0, 0.72, 0.36) * exp(-38.0 * line) * (0.18 + 0.55 * outside);
    col *= 1.0 + (0.40 * cos(14.0 * petal + 1.5) - 0.1) * smoothstep(6.0, 16.0, deep);
    return col;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    float turn = TAU * iTime / 8.0;
    vec2 c = 0.7885 * vec2(cos(2.62 + 0.34 * sin(turn)), sin(2.62 + 0.34 * sin(turn))) + 0.03 * vec2(cos(turn), 0.0);

    vec3 sum = vec3(0.0);
    for (int k = 0; k < 2; k++)
    {
        vec2 at = fragCoord + (float(k) - 0.5) * vec2(0.5, 0.5);
        vec2 p = 2.0 * (at - 0.5 * iResolution.xy) / iResolution.y;
        float a = 0.35 + 0.10 * sin(turn);
        sum += bloom(mat2(cos(a), sin(a), -sin(a), cos(a)) * p, c);
    }
    vec2 q = fragCoord / iResolution.xy - 0.5;
    vec3 col = 0.95 * sum * (1.12 - 0.9 * dot(q, q));
    fragColor = vec4(pow(col / (1.0 + 0.25 * col), vec3(0.75)), 1.0);
}
