// Distance estimation gives the wire its even width; the slope of the potential, its light.

const float TAU = 6.28318531;
const int TURNS = 200;

vec2 mul(vec2 a, vec2 b) { return vec2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }
vec2 divide(vec2 a, vec2 b) { return vec2(dot(a, b), a.y * b.x - a.x * b.y) / dot(b, b); }

vec3 enamel(float n)
{
    return vec3(0.30, 0.32, 0.42) + vec3(0.30, 0.26, 0.34) * cos(TAU * (0.021 * n + vec3(0.02, 0.16, 0.33)) + 2.6);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    float dive = 0.5 - 0.5 * cos(TAU * (iTime / 12.0 + 0.30));
    float zoom = 0.55 * exp(-6.4 * dive);
    float spin = 0.9 * dive;
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    uv = mat2(cos(spin), sin(spin), -sin(spin), cos(spin)) * uv;
    vec2 c = vec2(-0.743643887, 0.131825904) + 2.0 * zoom * uv;

    vec2 z = vec2(0.0), dz = vec2(0.0);
    float n = 0.0, trap = 1e9;
    bool out_ = false;
    for (int i = 0; i < TURNS; i++)
    {
        dz = 2.0 * mul(z, dz) + vec2(1, 0);
        z = mul(z, z) + c;
        float l = dot(z, z);
        if (l > 1e4) { out_ = true; break; }
        trap = min(trap, abs(z.x * z.y));
        n += 1.0;
    }

    vec3 col = vec3(0.010, 0.012, 0.020);
    if (out_)
    {
        float l = length(z);
        float smooth_ = n + 1.0 - log2(log(l) / log(100.0));
        float far = l * log(l) / length(dz) / zoom;                 // in units of the picture's height
        vec2 slope = normalize(divide(z, dz));
        slope = transpose(mat2(cos(spin), sin(spin), -sin(spin), cos(spin))) * slope;
        float light = 0.5 + 0.5 * dot(slope, normalize(vec2(-0.6, 0.8)));

        col = enamel(smooth_) * (0.25 + 0.95 * light);
        col *= 0.55 + 0.45 * smoothstep(0.0, 0.08, far);
        col += vec3(0.20, 0.18, 0.22) * pow(light, 12.0);
        float inlay = exp(-55.0 * trap);
        col = mix(col, vec3(0.90, 0.66, 0.30) * (0.4 + 0.8 * light), 0.55 * inlay);

        vec3 gold = mix(vec3(0.42, 0.20, 0.05), vec3(1.0, 0.86, 0.52), light) * 1.15;
        col = mix(gold, col, smoothstep(0.002, 0.010, far));
    }
    vec2 q = fragCoord / iResolution.xy - 0.5;
    col *= 1.08 - 0.7 * dot(q, q);
    fragColor = vec4(pow(col, vec3(0.85)), 1.0);
}
