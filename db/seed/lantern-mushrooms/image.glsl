// Five mushrooms on mossy ground. Their caps glow through, and light the moss and the mist.

float hash(float n) { return fract(sin(n) * 43758.5453); }

float hash(vec2 p)
{
    p = fract(p * vec2(0.3183099, 0.3678794) + 0.1) * 17.0;
    return fract(p.x * p.y * (p.x + p.y));
}

float noise(vec2 p)
{
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

float smin(float a, float b, float k)
{
    float h = max(k - abs(a - b), 0.0) / k;
    return min(a, b) - 0.25 * h * h * k;
}

// Foot (x, z), height and size of mushroom k.
const vec4 PLANTS[5] = vec4[5](vec4(0.00, 0.00, 1.10, 1.00), vec4(-0.78, 0.30, 0.66, 0.66),
    vec4(0.72, 0.38, 0.52, 0.58), vec4(-0.28, 0.85, 0.30, 0.38), vec4(1.28, -0.25, 0.80, 0.70));

// The mushrooms that this pixel's ray comes near, three bits each; most rays meet none or one.
int nearby = 0, nearbyCount = 0;

void findNearby(vec3 ro, vec3 rd)
{
    for (int i = 0; i < 5; i++)
    {
        vec4 m = PLANTS[i];
        vec3 d = vec3(m.x + 0.05, 0.55 * m.z, m.y) - ro;
        float miss = length(d - dot(d, rd) * rd) - 0.62 * m.z - 0.36 * m.w;
        if (miss < 0.0) { nearby |= i << (3 * nearbyCount); nearbyCount++; }
    }
}

float ground(vec2 p) { return 0.16 * noise(1.3 * p) + 0.05 * noise(5.0 * p) - 0.15; }

// Distance; `part` says what was hit: 0 ground, 1 stem, 2 cap. `up` is the place within a cap.
float scene(vec3 p, out float part, out float up)
{
    float best = p.y > 0.35 ? p.y - 0.1 : 0.7 * (p.y - ground(p.xz));
    part = 0.0; up = 0.0;
    for (int k = 0; k < nearbyCount; k++)
    {
        int i = (nearby >> (3 * k)) & 7;
        vec4 m = PLANTS[i];
        vec3 q = p - vec3(m.x, 0.0, m.y);
        float sway = 0.05 * sin(0.9 * iTime + 1.7 * float(i));
        q.x -= (0.10 * sin(2.0 * float(i)) + sway) * q.y * q.y;
        float l = length(q.xz);

        float stem = max(l - (0.075 + 0.05 * exp(-6.0 * q.y) + 0.02 * q.y) * (0.6 + 0.4 * m.w), q.y - m.z);
        // A cap is a bell: the shell of an ellipsoid, cut off below.
        vec3 c = (q - vec3(0.0, m.z - 0.08 * m.w, 0.0)) / m.w;
        float bell = length(c * vec3(1.0, 1.25, 1.0)) - 0.46;
        float hem = abs(c.y) < 0.12 ? 0.03 * cos(14.0 * atan(c.z, c.x)) * l : 0.0;
        bell = max(abs(bell + 0.02) - 0.022, -c.y - 0.02 + hem);
        bell *= 0.72 * m.w;

        if (stem < best) part = 1.0;
        best = smin(best, stem, 0.05);
        if (bell < best) { best = bell; part = 2.0; up = length(c.xz); }
    }
    return best;
}

float scene(vec3 p) { float a, b; return scene(p, a, b); }

vec3 normal(vec3 p)
{
    const vec2 e = vec2(1.0, -1.0) * 0.003;
    return normalize(e.xyy * scene(p + e.xyy) + e.yyx * scene(p + e.yyx)
                   + e.yxy * scene(p + e.yxy) + e.xxx * scene(p + e.xxx));
}

// The light that hangs under each cap.
vec3 lamps(vec3 p, vec3 n)
{
    vec3 sum = vec3(0.0);
    for (int i = 0; i < 5; i++)
    {
        vec4 m = PLANTS[i];
        vec3 d = vec3(m.x, m.z - 0.05, m.y) - p;
        float l2 = dot(d, d), breath = 0.85 + 0.15 * sin(1.3 * iTime + 2.1 * float(i));
        vec3 tint = mix(vec3(0.15, 0.95, 0.80), vec3(0.45, 0.35, 1.0), hash(float(i) + 0.3));
        sum += tint * breath * m.w * (0.25 + 0.75 * max(dot(n, d * inversesqrt(l2)), 0.0)) / (0.12 + 2.2 * l2);
    }
    return sum;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float a = 0.22 * sin(0.4 * iTime);
    vec3 ro = vec3(4.1 * sin(a) + 0.25, 0.62, 4.1 * cos(a));
    vec3 w = normalize(vec3(0.22, 0.58, 0.0) - ro), u = normalize(cross(w, vec3(0, 1, 0))), v = cross(u, w);
    vec3 rd = normalize(uv.x * u + uv.y * v + 1.75 * w);

    // The wood behind: trunks in mist, three rows deep.
    vec3 mist = mix(vec3(0.012, 0.060, 0.075), vec3(0.004, 0.012, 0.030), smoothstep(-0.1, 0.55, uv.y));
    vec3 back = mist;
    for (float k = 3.0; k > 0.0; k--)
    {
        float x = (uv.x + 0.22 * a * (4.0 - k)) * (1.0 + 0.7 * k) + 7.0 * k;
        float trunk = abs(fract(x) - 0.5 + 0.3 * (hash(floor(x) + k) - 0.5) + 0.02 * sin(5.0 * uv.y + x)) - 0.08 - 0.07 * hash(floor(x));
        back = mix(back, mist * (0.25 + 0.18 * k), smoothstep(0.02, -0.01, trunk) * 0.9);
    }
    back += vec3(0.03, 0.16, 0.16) * exp(-5.0 * dot(uv, uv) - 1.0);

    findNearby(ro, rd);
    float t = 2.2, gap = 1.0, part, up, halo = 0.0;
    for (int i = 0; i < 36; i++)
    {
        vec3 p = ro + t * rd;
        gap = scene(p, part, up);
        if (part > 1.5) halo += exp(-14.0 * max(gap, 0.0)) * 0.010;
        if (gap < 0.002 || t > 9.0) break;
        t += gap;
    }

    vec3 col = back;
    if (t < 9.0)
    {
        vec3 p = ro + t * rd, n = normal(p);
        vec3 light = lamps(p, n);
        float rim = pow(1.0 - max(dot(n, -rd), 0.0), 3.0);
        if (part > 1.5)
        {
            float spots = smoothstep(0.62, 0.70, noise(9.0 * vec2(atan(p.z, p.x), up * 3.0)));
            vec3 cap = mix(vec3(0.10, 0.95, 0.75), vec3(0.10, 0.25, 0.80), smoothstep(0.05, 0.46, up));
            col = cap * (0.35 + 0.50 * smoothstep(0.5, 0.0, up)) + rim * vec3(0.35, 0.95, 1.0) * 0.55;
            col += spots * vec3(0.65, 1.0, 0.85) * 0.35;
            col += cap * 0.8 * smoothstep(0.2, -0.6, n.y);          // gills shine from inside
        }
        else if (part > 0.5)
        {
            float fibre = 0.8 + 0.2 * noise(vec2(60.0 * atan(n.z, n.x) / 6.28, 6.0 * p.y));
            col = vec3(0.80, 0.85, 0.75) * fibre * light * 0.55 + rim * 0.06;
        }
        else
        {
            float tuft = noise(22.0 * p.xz) * 0.6 + noise(60.0 * p.xz) * 0.5;
            vec3 moss = mix(vec3(0.05, 0.11, 0.03), vec3(0.20, 0.30, 0.08), tuft);
            col = moss * (light * 0.9 + vec3(0.02, 0.05, 0.06));
        }
        col = mix(col, back, smoothstep(3.5, 8.5, t));
    }
    col += halo * vec3(0.15, 0.80, 0.75);

    // Spores: motes that rise in three layers.
    for (float k = 1.0; k < 4.0; k++)
    {
        vec2 q = uv * (3.0 + 1.5 * k) + vec2(0.3 * sin(0.5 * iTime + k), -0.28 * iTime / k + 3.0 * k);
        vec2 cell = floor(q);
        float lone = hash(cell + 17.0 * k);
        vec2 at = 0.5 + 0.32 * vec2(sin(iTime * 0.7 + 6.28 * lone), cos(iTime * 0.5 + 20.0 * lone));
        float mote = exp(-900.0 / (k * k) * dot(fract(q) - at, fract(q) - at));
        col += step(0.55, lone) * mote * vec3(0.45, 1.0, 0.75) * (0.4 + 0.35 * sin(iTime + 30.0 * lone));
    }
    col *= 1.1 - 0.55 * dot(uv, uv);
    fragColor = vec4(pow(1.0 - exp(-1.9 * max(col, 0.0)), vec3(0.75)), 1.0);
}
