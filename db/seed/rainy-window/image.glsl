// A street at night behind wet glass: the drops are little lenses, so what they
// show is the same street, sharp and turned round.

float hash(vec2 p)
{
    p = fract(p * vec2(443.897, 441.423));
    p += dot(p, p.yx + 19.19);
    return fract((p.x + p.y) * p.x);
}

// One row of lamps: discs that drift sideways. `blur` is how far out of focus we are.
vec3 lamps(vec2 p, float row, float blur)
{
    float scale = 1.7 + 0.55 * row;
    p = p * scale + vec2(0.10 * iTime * (mod(row, 2.0) < 1.0 ? 1.0 : -1.0) + 13.7 * row, 0.0);
    vec3 sum = vec3(0.0);
    float cell = floor(p.x);
    for (float k = -1.0; k <= 1.0; k++)
    {
        float id = cell + k;
        float a = hash(vec2(id, row)), b = hash(vec2(id + 7.0, row)), c = hash(vec2(row, id));
        vec2 at = vec2(id + 0.5 + 0.5 * (a - 0.5), (1.5 * b - 0.85) * (0.6 + 0.25 * row));
        float size = mix(0.06, 0.30 + 0.22 * c, blur);
        float d = length(p - at);
        float disc = smoothstep(size, size - 0.04, d) * (0.55 + 0.45 * smoothstep(0.6 * size, size, d));
        vec3 tint = a < 0.40 ? vec3(1.0, 0.50, 0.16) : a < 0.62 ? vec3(1.0, 0.16, 0.12)
                  : a < 0.80 ? vec3(0.12, 0.75, 0.70) : vec3(0.55, 0.45, 1.0);
        float breath = 0.75 + 0.25 * sin(0.9 * iTime + 40.0 * c);
        sum += tint * disc * breath * mix(2.2, 0.85, blur);
    }
    return sum;
}

vec3 street(vec2 p, float blur)
{
    vec3 col = mix(vec3(0.015, 0.016, 0.045), vec3(0.09, 0.035, 0.075), smoothstep(0.5, -0.4, p.y));
    for (float row = 0.0; row < 5.0; row++) col += lamps(p, row, blur) * (0.45 + 0.16 * row);
    return col;
}

// Drops that cling: one in some cells. Returns the way to its middle in radii, and its cover.
vec3 still(vec2 p, float scale, float chance)
{
    p *= scale;
    vec2 cell = floor(p);
    float lone = hash(cell);
    if (lone > chance) return vec3(0.0);
    vec2 jitter = vec2(hash(cell + 3.3), hash(cell + 8.8)) - 0.5;
    float r = 0.14 + 0.20 * hash(cell + 5.5);
    vec2 d = (fract(p) - 0.5 - 0.4 * jitter) * vec2(1.0, 0.88);
    float l = length(d) / r;
    return vec3(d / r, smoothstep(1.0, 0.86, l));
}

// Drops that run: each column has one, which hurries, stops, and leaves beads behind.
vec3 running(vec2 p, out float trail)
{
    const vec2 grid = vec2(7.0, 1.15);
    p.y += 0.03 * iTime;
    float column = floor(p.x * grid.x);
    float lone = hash(vec2(column, 2.0));
    float y = p.y * grid.y + 7.0 * lone + 0.16 * iTime;
    float row = floor(y);
    vec2 q = vec2(fract(p.x * grid.x) - 0.5, fract(y) - 0.5);
    float t = iTime * (0.35 + 0.2 * lone) + 6.28 * hash(vec2(column, row));
    float fall = -0.36 * sin(t + sin(t + 0.5 * sin(t)));
    float sway = 0.22 * sin(9.0 * p.y + 6.0 * lone);
    vec2 d = (q - vec2(sway, fall)) * vec2(1.0, grid.x / grid.y) / 0.20;
    d.y *= d.y > 0.0 ? 0.72 : 1.0;
    float cover = smoothstep(1.0, 0.86, length(d));

    float above = smoothstep(fall, fall + 0.04, q.y) * smoothstep(0.5, fall, q.y);
    trail = above * smoothstep(0.16, 0.10, abs(q.x - sway));
    float bead = fract(p.y * 26.0) - 0.5;
    vec2 b = vec2((q.x - sway) / grid.x, bead / 26.0) * 46.0 / (0.35 + above);
    float beads = smoothstep(1.0, 0.8, length(b)) * above;
    return cover > beads ? vec3(d, cover) : vec3(b, beads);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 p = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;

    float trail;
    vec3 drop = running(p, trail);
    vec3 small = still(p, 13.0, 0.40);
    vec3 tiny = still(p + 0.37, 30.0, 0.16 * (1.0 - trail));
    if (small.z * (1.0 - trail) > drop.z) drop = small;
    if (tiny.z > drop.z) drop = tiny;

    // Mist on the glass; where a drop ran it is wiped away.
    vec3 col = street(p, 1.0);
    vec3 mist = vec3(0.055, 0.060, 0.085) * (0.8 + 0.5 * p.y);
    col = mix(col * 0.80 + mist, col * 1.05, 0.7 * trail);

    if (drop.z > 0.0)
    {
        vec2 lens = drop.xy * (0.5 + 0.5 * dot(drop.xy, drop.xy));
        vec3 seen = street(p - 0.85 * lens, 0.45) * 1.9 + 0.5 * col;
        seen *= 1.0 - 0.70 * smoothstep(0.55, 1.0, length(drop.xy));
        float glint = smoothstep(0.28, 0.0, length(drop.xy - vec2(-0.38, 0.45)));
        seen += 0.55 * glint * vec3(0.9, 0.95, 1.0) + 0.10 * smoothstep(0.3, 0.95, -drop.y) * vec3(1.0, 0.7, 0.5);
        col = mix(col, seen, drop.z);
    }
    col *= 1.12 - 0.55 * dot(p, p);
    fragColor = vec4(pow(1.0 - exp(-1.5 * col), vec3(0.85)), 1.0);
}
