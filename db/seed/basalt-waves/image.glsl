// Columns on a honeycomb. A ray walks from cell to cell, so every hit is exact.

const float TAU = 6.28318531;
const vec2 S = vec2(1.0, 1.7320508);

vec2 centre(vec2 p)
{
    vec2 a = S * (floor(p / S) + 0.5);
    vec2 b = S * floor(p / S + 0.5);
    return dot(p - a, p - a) < dot(p - b, p - b) ? a : b;
}

float hash(vec2 p) { return fract(sin(dot(p, vec2(12.99, 78.23))) * 43758.55); }

// Height of the column in cell c.
float height(vec2 c)
{
    float l = length(c);
    float wave = sin(1.05 * l - 0.25 * TAU * iTime) + 0.5 * sin(0.55 * c.x + 0.30 * c.y + 0.25 * TAU * iTime);
    return 0.95 * wave * smoothstep(13.0, 4.0, l) + 0.30 * hash(c);
}

// Time along the ray to the next wall of the cell around c (flat walls at three angles).
float wall(vec2 o, vec2 d, out vec2 n)
{
    const vec2 N[3] = vec2[3](vec2(1, 0), vec2(0.5, 0.8660254), vec2(-0.5, 0.8660254));
    float best = 1e9;
    for (int i = 0; i < 3; i++)
    {
        float v = dot(d, N[i]), s = v < 0.0 ? -1.0 : 1.0;
        float t = (0.5 * s - dot(o, N[i])) / (abs(v) < 1e-5 ? 1e-5 * s : v);
        if (t < best) { best = t; n = s * N[i]; }
    }
    return best;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;

    float turn = 0.55 + 0.10 * sin(0.25 * TAU * iTime);
    vec3 ro = vec3(9.5 * cos(turn), 6.1, 9.5 * sin(turn));
    vec3 w = normalize(vec3(0.0, -0.9, 0.0) - ro), u = normalize(cross(w, vec3(0, 1, 0))), v = cross(u, w);
    vec3 rd = normalize(uv.x * u + uv.y * v + 1.55 * w);
    vec3 sun = normalize(vec3(-0.75, 0.42, 0.25));

    float t = max(0.0, (ro.y - 1.8) / -rd.y);
    vec2 side = vec2(0.0);
    float hit = -1.0, top = 0.0;
    vec2 c = vec2(0.0);
    for (int i = 0; i < 34; i++)
    {
        vec3 p = ro + t * rd;
        c = centre(p.xz + 1e-3 * rd.xz);
        top = height(c);
        if (p.y < top) { hit = 0.0; break; }                     // came in through a wall
        float next = t + wall(p.xz - c, rd.xz, side);
        float cap = (top - ro.y) / rd.y;
        if (cap > t && cap < next) { t = cap; hit = 1.0; break; } // came down on the top
        t = next;
    }

    vec3 back = mix(vec3(0.055, 0.045, 0.075), vec3(0.02, 0.025, 0.05), uv.y + 0.5);
    vec3 col = back;
    if (hit >= 0.0)
    {
        vec3 p = ro + t * rd;
        vec2 q = p.xz - c;
        vec3 n = hit > 0.5 ? vec3(0, 1, 0) : vec3(-side.x, 0, -side.y);

        // Tops are bevelled: near a rim the normal leans outwards.
        vec2 lean;
        float rim = 1e9;
        for (int i = 0; i < 6; i++)
        {
            float a = TAU * float(i) / 6.0;
            float d = 0.5 - dot(q, vec2(cos(a), sin(a)));
            if (d < rim) { rim = d; lean = vec2(cos(a), sin(a)); }
        }
        if (hit > 0.5) n = normalize(n + 0.9 * vec3(lean.x, 0, lean.y) * smoothstep(0.07, 0.02, rim));

        // Shadow: walk towards the sun through a few cells.
        float lit = 1.0;
        vec3 s = p + 0.01 * n;
        float along = 0.0;
        for (int i = 0; i < 6; i++)
        {
            vec3 at = s + along * sun;
            vec2 k = centre(at.xz + 1e-3 * sun.xz), unused;
            lit = min(lit, smoothstep(0.10, -0.10, height(k) - at.y));
            along += wall(at.xz - k, sun.xz, unused) + 1e-3;
        }

        // Ambient light: how much the neighbours tower above.
        float open = 0.0;
        for (int i = 0; i < 6; i++)
        {
            float a = TAU * float(i) / 6.0;
            vec2 d = vec2(cos(a), sin(a));
            float near = smoothstep(0.0, 0.5, dot(q, d) + 0.25);
            open += near * clamp(height(c + d) - p.y, 0.0, 1.2);
        }
        open = exp(-0.75 * open);

        float id = hash(c + 3.0);
        vec3 stone = mix(vec3(0.10, 0.11, 0.14), vec3(0.17, 0.15, 0.16), id);
        stone = mix(stone, vec3(0.72, 0.42, 0.16), hit * smoothstep(0.2, 1.5, top) * 0.75);
        float ridge = hit > 0.5 ? 1.0 : 0.82 + 0.18 * sin(9.0 * p.y + 20.0 * id);
        vec3 light = vec3(3.9, 2.4, 1.25) * max(dot(n, sun), 0.0) * lit;
        light += vec3(0.30, 0.44, 0.78) * open * (0.6 + 0.4 * n.y);
        col = stone * light * ridge;
        float gloss = pow(max(dot(reflect(rd, n), sun), 0.0), 24.0);
        col += gloss * lit * vec3(1.0, 0.65, 0.30) * 0.9 * hit;
        // Ember light wells up from the lowest gaps.
        col += vec3(1.0, 0.22, 0.04) * 0.85 * exp(-1.9 * (p.y + 1.65)) * (1.0 - hit * 0.6);
        col = mix(col, back, smoothstep(9.0, 24.0, t));
    }
    col *= 1.1 - 0.5 * dot(uv, uv);
    fragColor = vec4(pow(col / (1.0 + 0.5 * col), vec3(0.62)), 1.0);
}
