// A rose window: petals, roundels and trefoils folded from a twelfth of a circle,
// held by stone and lead, with a sun that passes behind the glass.

const float PI = 3.14159265;

float hash(vec2 p) { return fract(sin(dot(p, vec2(127.1, 311.7))) * 43758.5453); }

float noise(vec2 p)
{
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

// Folds into one of n sectors; `k` is its number.
vec2 fold(vec2 p, float n, out float k)
{
    float step_ = 2.0 * PI / n, a = atan(p.y, p.x) + 0.5 * step_;
    k = mod(floor(a / step_), n);
    a = mod(a, step_) - 0.5 * step_;
    return length(p) * vec2(cos(a), sin(a));
}

// A pointed petal along x from a to b, half as wide as w.
float petal(vec2 p, float a, float b, float w)
{
    float mid = 0.5 * (a + b), h = 0.5 * (b - a);
    float r = (h * h + w * w) / (2.0 * w);
    return length(vec2(p.x - mid, abs(p.y) + r - w)) - r;
}

vec3 tint(float n)
{
    n = fract(n);
    if (n < 0.22) return vec3(0.10, 0.22, 0.95);
    if (n < 0.44) return vec3(0.92, 0.07, 0.12);
    if (n < 0.60) return vec3(1.00, 0.66, 0.08);
    if (n < 0.78) return vec3(0.05, 0.55, 0.30);
    return vec3(0.48, 0.10, 0.72);
}

// Puts a pane over the panes so far: distance, colour number, id for its own shade of light.
void pane(inout vec4 best, float d, float number, float id)
{
    if (d < best.x) best = vec4(d, number, id, 0.0);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 p = 1.06 * (fragCoord - 0.5 * iResolution.xy) / (0.5 * iResolution.y);
    float px = 2.2 / iResolution.y;

    float k12, k24, k6;
    vec2 q12 = fold(p, 12.0, k12), q6 = fold(p, 6.0, k6);
    vec2 r12 = fold(mat2(cos(PI / 12.0), sin(PI / 12.0), -sin(PI / 12.0), cos(PI / 12.0)) * p, 12.0, k24);

    vec4 best = vec4(1e3, 0.0, 0.0, 0.0);
    pane(best, length(p) - 0.085, 0.5, 0.0);
    pane(best, petal(q6, 0.115, 0.315, 0.066), mod(k6, 2.0) < 1.0 ? 0.3 : 0.1, k6 + 20.0);
    pane(best, petal(q12, 0.335, 0.690, 0.082), mod(k12, 2.0) < 1.0 ? 0.1 : 0.3, k12 + 40.0);
    pane(best, length(r12 - vec2(0.675, 0.0)) - 0.072, 0.5, k24 + 60.0);
    pane(best, petal(r12, 0.40, 0.585, 0.040), 0.7, k24 + 140.0);
    pane(best, length(q12 - vec2(0.845, 0.0)) - 0.112, mod(k12, 3.0) < 1.0 ? 0.85 : 0.15, k12 + 80.0);
    pane(best, length(r12 - vec2(0.885, 0.0)) - 0.066, 0.35, k24 + 100.0);

    // Lead divides each pane into smaller ones; their lines are a second honeycomb of cells.
    vec2 lead = p * 13.0, cell = floor(lead);
    float first = 9.0, second = 9.0, shard = 0.0;
    for (int i = 0; i < 9; i++)
    {
        vec2 c = cell + vec2(i % 3, i / 3) - 1.0;
        vec2 d = c + 0.15 + 0.7 * vec2(hash(c), hash(c + 9.0)) - lead;
        float l = length(d);
        if (l < first) { second = first; first = l; shard = hash(c + 4.0); }
        else second = min(second, l);
    }
    float cames = smoothstep(0.05, 0.11, second - first);

    // The sun behind the wall, and daylight all around it.
    vec2 sun = 0.62 * vec2(cos(0.55 * iTime - 2.6), 0.65 * sin(0.55 * iTime + 2.3));
    float reach = length(p - sun);
    float light = 0.30 + 1.9 * exp(-3.2 * reach * reach) + 0.35 * exp(-1.0 * reach);

    float inside = smoothstep(px, -px, best.x);
    vec3 glass = tint(best.y + 0.10 * (shard - 0.5));
    glass = mix(glass, glass.brg, 0.10 * shard);
    float wavy = 0.70 + 0.55 * noise(p * 22.0 + best.z) + 0.25 * (shard - 0.5);
    vec3 col = glass * light * wavy * cames;
    col *= smoothstep(0.0, -0.035, best.x) * 0.45 + 0.55;
    col += glass * exp(-18.0 * reach * reach) * 0.7;
    col *= smoothstep(0.0, -0.012, best.x);

    // Stone: dark tracery, whose edges are touched by colour bleeding past.
    float wall = length(p) - 1.0;
    float grain = noise(p * 60.0) * 0.5 + noise(p * 17.0);
    vec3 stone = vec3(0.050, 0.046, 0.050) * (0.55 + 0.6 * grain);
    stone += glass * light * 0.20 * exp(-30.0 * max(best.x, 0.0));
    stone += vec3(0.10, 0.09, 0.08) * smoothstep(0.03, 0.0, abs(wall - 0.03)) * grain;
    if (wall > 0.05)
    {
        vec2 block = p * vec2(3.0, 5.0);
        block.x += 0.5 * mod(floor(block.y), 2.0);
        vec2 joint = abs(fract(block) - 0.5);
        stone = vec3(0.035, 0.034, 0.042) * (0.6 + 0.5 * grain + 0.3 * hash(floor(block)));
        stone *= 1.0 - 0.6 * smoothstep(0.46, 0.49, max(joint.x, joint.y));
        stone += vec3(0.10, 0.04, 0.12) * exp(-3.5 * (wall - 0.05)) * (0.6 + 0.4 * grain);
    }
    col = mix(stone, col, inside * step(wall, 0.0));
    fragColor = vec4(pow(1.0 - exp(-1.7 * col), vec3(0.72)), 1.0);
}
