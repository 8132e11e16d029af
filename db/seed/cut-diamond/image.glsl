// A brilliant is the space behind a set of planes, so every ray meets it exactly: no marching.

const float PI = 3.14159265;

mat2 rot(float a) { return mat2(cos(a), sin(a), -sin(a), cos(a)); }

// The facets: normal and distance. Eight-fold, so each row is one plane folded by the angle.
const int ROWS = 6;
const vec4 ROW[ROWS] = vec4[ROWS](
    vec4(0.000, 1.000, 0.40, 0.0),      // table
    vec4(0.545, 0.838, 0.59, 0.0),      // crown, main
    vec4(0.700, 0.714, 0.715, 0.5),     // crown, upper girdle
    vec4(1.000, 0.000, 0.98, 0.25),     // girdle
    vec4(0.650, -0.760, 0.610, 0.0),    // pavilion, main
    vec4(0.690, -0.724, 0.655, 0.5));   // pavilion, lower girdle

// Meets the planes from inside (way = 1) or outside (way = -1).
float facet(vec3 o, vec3 d, float way, out vec3 n)
{
    // Rays that miss the ball around the stone need not ask the planes.
    float b = dot(o, d);
    int rows = dot(o, o) - b * b < 1.25 ? ROWS : 0;
    float enter = -1e9, leave = 1e9;
    vec3 nIn = vec3(0), nOut = vec3(0);
    for (int r = 0; r < rows; r++)
    {
        int turns = r == 0 ? 1 : 8;
        for (int k = 0; k < turns; k++)
        {
            float a = (float(k) + ROW[r].w) * PI / 4.0;
            vec3 m = vec3(ROW[r].x * cos(a), ROW[r].y, ROW[r].x * sin(a));
            float v = dot(m, d), t = (ROW[r].z - dot(m, o)) / v;
            if (v < 0.0) { if (t > enter) { enter = t; nIn = m; } }
            else if (t < leave) { leave = t; nOut = m; }
        }
    }
    if (way > 0.0) { n = nOut; return leave; }
    n = nIn;
    return enter < leave && enter > 0.0 ? enter : -1.0;
}

// Lamps around the stone: long soft strips and a few hard points.
vec3 world(vec3 d)
{
    float a = atan(d.z, d.x);
    vec3 col = mix(vec3(0.012, 0.014, 0.030), vec3(0.060, 0.090, 0.160), smoothstep(-0.8, 0.9, d.y));
    float strips = smoothstep(0.55, 0.95, cos(5.0 * a + 0.6)) * smoothstep(-0.2, 0.3, d.y) * smoothstep(1.0, 0.6, d.y);
    col += strips * vec3(0.95, 0.97, 1.10);
    col += 1.6 * smoothstep(0.80, 0.95, d.y);
    col += 2.4 * vec3(1.0, 0.75, 0.45) * smoothstep(0.975, 0.990, dot(d, normalize(vec3(0.6, 0.5, 0.6))));
    col += 1.0 * vec3(0.30, 0.55, 1.0) * smoothstep(0.85, 0.98, dot(d, normalize(vec3(-0.7, 0.1, -0.6))));
    col += 0.9 * vec3(1.0, 0.50, 0.25) * smoothstep(0.965, 0.99, dot(d, normalize(vec3(0.2, -0.8, -0.5))));
    // A fine checker of lamps overhead is what a brilliant scatters.
    vec2 grid = fract(d.xz * 4.5) - 0.5;
    col += 1.5 * smoothstep(0.30, 0.18, length(grid)) * smoothstep(0.15, 0.5, d.y);
    return col;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float spin = 0.30 * iTime + 0.4, tilt = 0.98 + 0.10 * sin(0.5 * iTime);

    vec3 o = vec3(0.0, 0.06, 3.9), d = normalize(vec3(uv, -1.75));
    o.yz = rot(tilt) * o.yz; d.yz = rot(tilt) * d.yz;
    o.xz = rot(spin) * o.xz; d.xz = rot(spin) * d.xz;

    float reach = length(uv);
    vec3 col = mix(vec3(0.060, 0.066, 0.110), vec3(0.008, 0.009, 0.018), smoothstep(0.05, 0.85, reach));
    float floor_ = exp(-18.0 * (uv.y + 0.43) * (uv.y + 0.43) - 3.0 * uv.x * uv.x);
    col += floor_ * vec3(0.10, 0.12, 0.20) * (0.6 + 0.4 * sin(30.0 * uv.x + 2.0 * iTime) * sin(17.0 * uv.x - iTime));

    vec3 n;
    float t = facet(o, d, -1.0, n);
    if (t > 0.0)
    {
        vec3 p = o + t * d;
        float c = max(dot(n, -d), 0.0);
        float fresnel = 0.17 + 0.83 * pow(1.0 - c, 5.0);
        vec3 lit = world(reflect(d, n)) * fresnel;

        // The path inside is traced once; the three colours part only where it leaves.
        vec3 dir = refract(d, n, 1.0 / 2.42), at = p - 0.001 * n, glow = vec3(0.0);
        float strength = 1.0 - fresnel;
        for (int bounce = 0; bounce < 4; bounce++)
        {
            at += facet(at, dir, 1.0, n) * dir;
            vec3 red = refract(dir, -n, 2.36), green = refract(dir, -n, 2.42), blue = refract(dir, -n, 2.50);
            float cosOut = dot(dir, n);
            float kept = dot(green, green) > 0.0 ? 0.17 + 0.83 * pow(1.0 - cosOut, 5.0) : 1.0;
            if (dot(red, red) > 0.0) glow.r += strength * (1.0 - kept) * world(red).r;
            if (dot(green, green) > 0.0) glow.g += strength * (1.0 - kept) * world(green).g;
            if (dot(blue, blue) > 0.0) glow.b += strength * (1.0 - kept) * world(blue).b;
            strength *= kept * 0.96;
            dir = reflect(dir, n);
            at -= 0.001 * n;
        }
        glow += strength * world(dir) * 0.35;
        col = lit + glow * 1.15;
    }
    fragColor = vec4(pow(1.0 - exp(-1.35 * col), vec3(0.72)), 1.0);
}
