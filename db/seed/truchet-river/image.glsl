// Truchet tiles: every square joins its four sides in pairs, by two quarter rings or
// by a bridge of two straight tubes. Whatever is drawn, all tubes meet at the sides.

const float PI = 3.14159265;

float hash(vec2 p)
{
    p = fract(p * vec2(123.34, 456.21));
    p += dot(p, p + 45.32);
    return fract(p.x * p.y);
}

// Distance from the middle line of a quarter ring around the corner at the origin.
float ring(vec2 q) { return abs(length(q) - 0.5); }

vec3 palette(float t)
{
    return 0.5 + 0.5 * cos(2.0 * PI * (t + vec3(0.00, 0.10, 0.22)) + vec3(0.2, 1.2, 2.4));
}

// Lays one tube over the colour below it, with a shadow at its sides.
vec3 lay(vec3 below, float d, vec3 glow, float pulse)
{
    d /= 0.19;
    below *= mix(0.25, 1.0, smoothstep(0.8, 1.9, d));
    if (d > 1.0) return below;

    float round_ = sqrt(1.0 - d * d);
    vec3 col = glow * (0.05 + 0.38 * round_ * round_);
    col += glow * pulse * (0.25 + 0.75 * round_) + 0.35 * pulse * pow(round_, 4.0);
    col += 0.30 * pow(round_, 16.0);
    return mix(col, below * 0.3, smoothstep(0.90, 1.0, d));
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;

    // A plane that leans away from us.
    float depth = 1.0 / (0.95 - 0.62 * uv.y);
    vec2 p = vec2(uv.x, 0.9 * uv.y) * depth * 5.0;
    p = mat2(0.85, 0.53, -0.53, 0.85) * p;
    p += 0.35 * vec2(sin(0.5 * PI * iTime), cos(0.5 * PI * iTime));

    vec2 cell = floor(p);
    vec2 q = p - cell - 0.5;
    float pick = hash(cell);
    if (pick < 0.5) q.x = -q.x;
    float low = ring(q - 0.5), high = ring(q + 0.5);
    if (hash(cell + 7.7) < 0.38) { low = abs(q.y); high = abs(q.x); }      // a bridge

    // Light runs over the whole floor in bent fronts; it is the same on both sides of a joint.
    vec3 glow = palette(0.52 + 0.045 * p.x + 0.03 * p.y);
    float front = 0.21 * p.x + 0.13 * p.y + 0.16 * sin(0.9 * p.y - 0.5 * p.x);
    float pulse = pow(0.5 + 0.5 * cos(2.0 * PI * (front - 0.5 * iTime)), 5.0);

    vec3 floor_ = vec3(0.020, 0.022, 0.045) * (1.0 + 1.5 * smoothstep(0.47, 0.5, max(abs(q.x), abs(q.y))));
    floor_ += (0.03 + 0.30 * pulse) * glow * exp(-5.0 * min(low, high));

    vec3 col = lay(floor_, low, glow, pulse);
    col = lay(col, high, glow, pulse);

    col *= mix(1.15, 0.10, smoothstep(1.0, 2.1, depth));
    col *= 1.0 - 0.35 * dot(uv, uv);
    fragColor = vec4(sqrt(col), 1.0);
}
