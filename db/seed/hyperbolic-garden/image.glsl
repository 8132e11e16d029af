// The Poincare disc, tiled by folding: reflect a point in the sides of a triangle
// with the angles pi/7, pi/3 and pi/2 until it lies inside.

const float PI = 3.14159265;
const float P = 7.0, Q = 3.0;

vec2 mul(vec2 a, vec2 b) { return vec2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }
vec2 divide(vec2 a, vec2 b) { return vec2(dot(a, b), a.y * b.x - a.x * b.y) / dot(b, b); }
vec2 conj(vec2 a) { return vec2(a.x, -a.y); }

// Moves the point a of the disc to its middle.
vec2 shift(vec2 z, vec2 a) { return divide(z - a, vec2(1, 0) - mul(conj(a), z)); }

vec3 palette(float t)
{
    return vec3(0.55, 0.42, 0.45) + vec3(0.45, 0.40, 0.42) * cos(2.0 * PI * (t * vec3(1.0, 1.0, 1.0) + vec3(0.95, 0.22, 0.42)));
}

vec3 shade(vec2 z, float px)
{
    // The circle that carries the third side: centre (c, 0), radius r, at right angles to the rim.
    float sp = sin(PI / P), cq = cos(PI / Q);
    float c = cq / sqrt(cq * cq - sp * sp), r = sqrt(c * c - 1.0);

    float folds = 0.0, size = 1.0;
    for (int i = 0; i < 28; i++)
    {
        float a = atan(z.y, z.x), wedge = 2.0 * PI / P;
        float k = floor(a / wedge + 0.5);
        z = mul(z, vec2(cos(k * wedge), -sin(k * wedge)));
        z.y = abs(z.y);
        vec2 d = z - vec2(c, 0);
        float l = dot(d, d);
        if (l > r * r) break;
        z = vec2(c, 0) + d * r * r / l;
        size *= r * r / l;
        folds += 1.0;
    }

    // Inside one petal's wedge: nested rings of petals around the flower's heart.
    float l = length(z), a = atan(z.y, z.x) * P / PI;
    float petal = 0.30 + 0.18 * cos(a * PI);
    float inner = 0.17 + 0.05 * cos(a * PI + PI);
    float hue = 0.09 * folds;
    float w = 1.5 * px * size;

    vec3 leaf = mix(vec3(0.015, 0.07, 0.08), vec3(0.05, 0.24, 0.19), smoothstep(0.25, 0.55, l));
    vec3 col = leaf * (0.8 + 0.25 * cos(60.0 * l));
    vec3 bloom = palette(hue) * (0.45 + 1.6 * l);
    col = mix(col, bloom, smoothstep(w, -w, l - petal));
    col *= 0.25 + 0.75 * smoothstep(0.004, 0.010 + w, abs(l - petal));
    col = mix(col, bloom * 0.55, smoothstep(0.5, 1.0, cos(6.0 * a)) * smoothstep(w, -w, l - 0.85 * petal) * step(inner, l) * 0.5);
    col = mix(col, palette(hue + 0.35) * (0.6 + 2.2 * l), smoothstep(w, -w, l - inner));
    col = mix(col, vec3(1.0, 0.80, 0.32) * (1.1 - 4.0 * l), smoothstep(w, -w, l - 0.085));

    float edge = abs(length(z - vec2(c, 0)) - r);
    col = mix(col, vec3(0.95, 0.80, 0.45), 0.8 * smoothstep(0.010 + w, 0.004, edge));
    return col;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / (0.485 * iResolution.y);
    float turn = 2.0 * PI * iTime / 6.0;
    float px = 2.0 / iResolution.y;

    float l = length(uv);
    vec3 col = vec3(0.012, 0.014, 0.022) + 0.05 * vec3(0.9, 0.5, 0.3) * exp(-6.0 * max(l - 1.0, 0.0));
    if (l < 1.0)
    {
        vec2 z = shift(uv, 0.45 * vec2(cos(turn), sin(turn)));
        z = mul(z, vec2(cos(0.3), sin(0.3)));
        vec3 inside = shade(z, px * (1.0 - dot(z, z)) / (1.0 - l * l));
        inside *= 1.0 - 0.55 * smoothstep(0.55, 1.0, l);
        inside += 0.14 * smoothstep(0.9, 0.0, length(uv - vec2(-0.4, 0.5)));
        col = mix(inside, col, smoothstep(1.0 - 2.5 * px, 1.0, l));
    }
    col += vec3(0.9, 0.68, 0.35) * 0.6 * smoothstep(0.010, 0.004, abs(l - 1.004));
    fragColor = vec4(pow(max(col, 0.0), vec3(0.8)), 1.0);
}
