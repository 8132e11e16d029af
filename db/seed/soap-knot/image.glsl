// A trefoil wound around a torus, marched as a distance field; colours by thin-film
// interference: light reflected at the front and the back of the film, for three wavelengths.

const float PI = 3.14159265;

mat2 rot(float a) { return mat2(cos(a), sin(a), -sin(a), cos(a)); }

// The knot as a tube: unroll the torus, turn its section 3/2 times on the way round.
float knot(vec3 p)
{
    float a = atan(p.z, p.x);
    vec2 q = vec2(length(p.xz) - 1.0, p.y);
    q = rot(1.5 * a + 0.35 * iTime) * q;
    q.x = abs(q.x) - 0.42;
    q = rot(-2.0 * a) * q;
    // An oval ribbon with soft edges.
    vec2 d = abs(q) - vec2(0.055, 0.175);
    return 0.62 * (length(max(d, 0.0)) + min(max(d.x, d.y), 0.0) - 0.055);
}

vec3 normal(vec3 p)
{
    const vec2 e = vec2(1.0, -1.0) * 0.0015;
    return normalize(e.xyy * knot(p + e.xyy) + e.yyx * knot(p + e.yyx)
                   + e.yxy * knot(p + e.yxy) + e.xxx * knot(p + e.xxx));
}

// Reflected red, green and blue for a film of `nm` nanometres, seen at cosine c.
vec3 film(float nm, float c)
{
    float path = 2.0 * 1.33 * nm * sqrt(1.0 - (1.0 - c * c) / (1.33 * 1.33));
    return 0.5 - 0.5 * cos(2.0 * PI * path / vec3(650.0, 540.0, 450.0));
}

vec3 room(vec3 r)
{
    float box = smoothstep(0.55, 0.75, r.y) * smoothstep(0.75, 0.55, abs(r.x)) * 1.3;
    float strip = smoothstep(0.10, 0.02, abs(r.x + 0.72)) * smoothstep(0.8, 0.3, abs(r.y)) * 1.6;
    return vec3(0.16, 0.19, 0.26) * (0.6 + 0.4 * r.y) + box * vec3(1.0, 0.95, 0.9) + strip * vec3(0.7, 0.85, 1.0);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0.0, 0.0, 4.3), rd = normalize(vec3(uv, -1.22));
    mat2 tilt = rot(0.95 + 0.12 * sin(0.5 * iTime)), spin = rot(0.30 * iTime);

    vec3 o = ro, d = rd;
    o.yz = tilt * o.yz; d.yz = tilt * d.yz;
    o.xz = spin * o.xz; d.xz = spin * d.xz;

    float reach = length(uv);
    vec3 col = mix(vec3(0.115, 0.075, 0.150), vec3(0.012, 0.014, 0.030), smoothstep(0.0, 0.9, reach));
    col += 0.05 * film(900.0 * reach + 200.0, 0.9) * exp(-3.0 * reach);

    // Only rays that meet the sphere around the knot are marched.
    float b = dot(o, d), disc = b * b - dot(o, o) + 1.72 * 1.72;
    if (disc > 0.0)
    {
        float t = -b - sqrt(disc), end = -b + sqrt(disc), gap = 1.0;
        for (int i = 0; i < 64 && t < end; i++)
        {
            gap = knot(o + t * d);
            if (gap < 0.0012) break;
            t += gap;
        }
        if (gap < 0.004)
        {
            vec3 p = o + t * d, n = normal(p);
            float c = max(dot(n, -d), 0.0);
            float thick = 330.0 + 150.0 * sin(2.2 * p.y + 1.6 * p.x + 0.6 * iTime) + 110.0 * sin(5.0 * p.z - 3.0 * p.y);
            vec3 r = reflect(d, n);
            vec3 world = r;
            world.xz = transpose(spin) * world.xz;
            world.yz = transpose(tilt) * world.yz;

            float occluded = clamp(0.35 + 2.6 * knot(p + 0.22 * n), 0.0, 1.0);
            vec3 hue = film(thick, c);
            float fresnel = 0.25 + 0.75 * pow(1.0 - c, 3.0);
            vec3 body = hue * hue * (0.10 + 0.55 * max(0.0, dot(n, vec3(0.3, 0.8, 0.5)) * 0.5 + 0.5));
            col = body * occluded + hue * room(world) * (0.6 + 1.2 * fresnel) * mix(0.4, 1.0, occluded);
            col += fresnel * vec3(0.20, 0.16, 0.30) * hue;
        }
    }
    fragColor = vec4(pow(col / (1.0 + 0.30 * col), vec3(0.72)), 1.0);
}
