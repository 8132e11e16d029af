// A still. Each hexagon of a honeycomb is folded to one twelfth; two straight
// bands in that wedge become a whole field of woven stars.

const float PI = 3.14159265;

// Offset from the nearest honeycomb centre, and that centre's cell number.
vec2 honeycomb(vec2 p, out vec2 cell)
{
    const vec2 s = vec2(1.0, 1.7320508);
    vec2 a = mod(p, s) - 0.5 * s;
    vec2 b = mod(p + 0.5 * s, s) - 0.5 * s;
    vec2 q = dot(a, a) < dot(b, b) ? a : b;
    cell = p - q;
    return q;
}

// Folds the plane into a wedge of 1/n turn around the x axis.
vec2 fold(vec2 p, float n, out float side)
{
    float step_ = 2.0 * PI / n;
    float a = atan(p.y, p.x);
    float sector = a - step_ * floor(a / step_ + 0.5);
    side = sign(sector);
    return length(p) * vec2(cos(abs(sector)), sin(abs(sector)));
}

// Distance to an endless line through `a` with direction angle `angle`.
float line(vec2 p, vec2 a, float angle)
{
    return dot(p - a, vec2(-sin(angle), cos(angle)));
}

float hash(vec2 p)
{
    return fract(sin(dot(p, vec2(41.3, 289.1))) * 43758.5453);
}

// Height of the tile work at p; `id` says which glaze lies here, `band` where gold is.
float relief(vec2 p, out float id, out float band)
{
    vec2 cell;
    vec2 q = honeycomb(p, cell);
    float side;
    vec2 w = fold(q, 6.0, side);

    // Hankin's way: through every edge's midpoint pass two straight strands, which meet
    // their mirror images inside the cell. Their angles decide the stars.
    vec2 mid = vec2(0.5, 0.0);
    float d1 = line(w, mid, radians(126.0));
    float d2 = line(w, mid, radians(157.0));
    float d3 = line(w, vec2(0.285, 0.0), radians(100.0));

    // At a crossing one strand dives: which one alternates with the side of the fold.
    const float width = 0.017;
    float strand = min(min(abs(d1), abs(d2)), abs(d3));
    float lift = abs(d1) < abs(d2) ? side : -side;
    band = smoothstep(width, width - 0.005, strand);

    id = (d1 > 0.0 ? 1.0 : 0.0) + (d2 > 0.0 ? 2.0 : 0.0) + (d3 > 0.0 ? 4.0 : 0.0);
    float rosette = 0.13 - length(w);
    if (rosette > 0.0) id = 8.0;

    float gold = sqrt(max(0.0, 1.0 - strand * strand / (width * width)));
    float glaze = 0.55 * (1.0 - exp(-18.0 * max(0.0, strand - width)));
    return 0.020 * mix(glaze, 0.35 + gold + 0.22 * lift * gold * smoothstep(0.05, 0.0, max(abs(d1), abs(d2))), band)
         + 0.012 * sqrt(max(rosette, 0.0) / 0.13);
}

vec3 glaze(float id, float grain)
{
    vec3 col = vec3(0.93, 0.88, 0.76);                              // ivory
    if (id > 7.5) col = vec3(0.80, 0.25, 0.10);                     // terracotta heart
    else if (id < 0.5) col = vec3(0.02, 0.36, 0.38);                // turquoise
    else if (id < 1.5) col = vec3(0.05, 0.14, 0.42);                // cobalt
    else if (id < 3.5) col = vec3(0.03, 0.22, 0.30);                // deep teal
    else if (id < 4.5) col = vec3(0.62, 0.17, 0.09);                // brick
    else if (id < 6.5) col = vec3(0.05, 0.10, 0.26);                // night
    return col * (0.80 + 0.35 * grain);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec3 sum = vec3(0.0);
    for (int s = 0; s < 4; s++)   // 2 x 2 samples a pixel
    {
        vec2 at = fragCoord + vec2(s & 1, s >> 1) * 0.5 - 0.25;
        vec2 uv = (at - 0.5 * iResolution.xy) / iResolution.y;
        vec2 p = 1.55 * mat2(0.966, 0.259, -0.259, 0.966) * uv + vec2(0.13, 0.08);

        float id, band, a, b;
        float h = relief(p, id, band);
        const float e = 0.0025;
        vec2 slope = vec2(relief(p + vec2(e, 0), a, b), relief(p + vec2(0, e), a, b)) - h;
        vec3 n = normalize(vec3(-slope / e, 1.0));

        vec2 cell;
        honeycomb(p, cell);
        float tint = hash(cell + id) ;
        vec3 base = mix(glaze(id, tint), vec3(0.95, 0.66, 0.26), band);

        // One low window light, so that every bevel reads.
        vec3 light = normalize(vec3(0.9 - uv.x, 1.0 - uv.y, 0.75));
        float diffuse = max(dot(n, light), 0.0);
        float shine = pow(max(dot(n, normalize(light + vec3(0, 0, 1))), 0.0), mix(60.0, 24.0, band));
        vec3 col = base * (0.16 + 1.05 * diffuse) + shine * mix(vec3(0.5), vec3(1.0, 0.75, 0.4), band);

        float reach = length(uv - vec2(0.45, 0.30));
        sum += col * mix(1.25, 0.42, smoothstep(0.0, 1.25, reach));
    }
    fragColor = vec4(pow(sum / 4.0, vec3(0.9)), 1.0);
}
