// Truchet tiles: every square joins its four sides in pairs, by two quarter rings or
// by a bridge of two straight tubes. Whatever is drawn, all tubes meet at the sides.

const float PI = 3.14159265;

float hash(vec2 p)
{
    p = fract(p * vec2(123.34, 456.21));
    p += dot(p, p + 45.32);
    return fract(p.x * p.y);
}

// A quarter ring around a corner: distance from its centre line, and the way along it (0 to 1).
vec2 ring(vec2 q, float direction)
{
    float along = atan(abs(q.y), abs(q.x)) / (0.5 * PI);
    return vec2(abs(length(q) - 0.5), direction > 0.0 ? along : 1.0 - along);
}

// A straight tube along x through the tile.
vec2 bar(vec2 q, float direction)
{
    float along = q.x + 0.5;
    return vec2(abs(q.y), direction > 0.0 ? along : 1.0 - along);
}

vec3 palette(float t)
{
    return 0.5 + 0.5 * cos(2.0 * PI * (t + vec3(0.00, 0.10, 0.22)) + vec3(0.2, 1.2, 2.4));
}

// Lays one tube over the colour below it, with a shadow at its sides.
vec3 lay(vec3 below, vec2 r, float parity, float hue)
{
    const float radius = 0.19;
    float d = r.x / radius;
    below *= mix(0.25, 1.0, smoothstep(0.8, 1.9, d));
    if (d > 1.0) return below;

    float round_ = sqrt(1.0 - d * d);
    float flow = fract(r.y * 0.5 + 0.5 * parity - 0.25 * iTime);
    float pulse = pow(1.0 - abs(2.0 * flow - 1.0), 4.0);
    vec3 glow = palette(hue + 0.15 * flow);
    vec3 col = glow * (0.06 + 0.42 * round_ * round_) + 0.9 * pulse * glow * round_;
    col += 0.5 * pow(round_, 14.0);
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
    float parity = mod(cell.x + cell.y, 2.0);
    float way = parity < 0.5 ? 1.0 : -1.0;

    vec2 low = ring(q - 0.5, way), high = ring(q + 0.5, way);
    if (hash(cell + 7.7) < 0.38) { low = bar(q, way); high = bar(q.yx, -way); }

    float hue = 0.52 + 0.045 * p.x + 0.03 * p.y;
    vec3 floor_ = vec3(0.020, 0.022, 0.045) * (1.0 + 1.5 * smoothstep(0.47, 0.5, max(abs(q.x), abs(q.y))));
    floor_ += 0.05 * palette(hue) * exp(-3.0 * min(low.x, high.x));

    vec3 col = lay(floor_, low, parity, hue);
    col = lay(col, high, parity, hue);

    col *= mix(1.15, 0.10, smoothstep(1.0, 2.1, depth));
    col *= 1.0 - 0.35 * dot(uv, uv);
    fragColor = vec4(sqrt(col), 1.0);
}
