// A gyroid shell repeats every 2 pi, so flying that far along an axis closes the loop.

const float TAU = 6.28318531;

float gyroid(vec3 p) { return dot(sin(p), cos(p.yzx)); }

// The wall's distance, with carved ribs on its face.
float scene(vec3 p)
{
    float g = gyroid(p);
    float ribs = abs(gyroid(p * 4.0)) * 0.055;
    return (abs(g) - 0.16 + ribs) * 0.55;
}

// The mazes' galleries are helices; a narrow one inside theirs keeps clear of the walls.
vec3 path(float z) { return vec3(0.25 * TAU - 0.35 * sin(z), 0.35 * cos(z), z); }

vec3 normal(vec3 p)
{
    const vec2 e = vec2(1.0, -1.0) * 0.003;
    return normalize(e.xyy * scene(p + e.xyy) + e.yyx * scene(p + e.yyx)
                   + e.yxy * scene(p + e.yxy) + e.xxx * scene(p + e.xxx));
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float z = TAU * iTime / 8.0;

    vec3 ro = path(z), ta = path(z + 1.0);
    vec3 w = normalize(ta - ro), u = normalize(cross(w, vec3(0.18 * sin(z), 1, 0))), v = cross(u, w);
    vec3 rd = normalize(uv.x * u + uv.y * v + 0.85 * w);
    vec3 lamp = path(z + 2.6) + vec3(0.0, 0.15, 0.0);

    float t = 0.02, glow = 0.0;
    for (int i = 0; i < 72; i++)
    {
        vec3 p = ro + t * rd;
        float d = scene(p);
        if (d < 0.0012 * t || t > 14.0) break;
        vec3 l = p - lamp;
        glow += 0.030 * min(d, 0.2) / (0.02 + dot(l, l));
        t += d;
    }

    vec3 fog = vec3(0.015, 0.045, 0.075);
    vec3 col = fog;
    if (t < 14.0)
    {
        vec3 p = ro + t * rd, n = normal(p);
        vec3 l = lamp - p;
        float reach = length(l);
        l /= reach;

        float occluded = clamp(scene(p + 0.16 * n) / 0.075, 0.0, 1.0);
        float carved = smoothstep(0.0, 0.6, abs(gyroid(p * 4.0)));
        vec3 stone = mix(vec3(0.72, 0.38, 0.20), vec3(0.20, 0.26, 0.34), carved);
        stone = mix(stone, vec3(0.85, 0.72, 0.52), 0.5 * smoothstep(0.2, 0.9, n.y));

        vec3 light = vec3(3.6, 1.9, 0.85) * max(dot(n, l), 0.0) / (0.4 + reach * reach);
        light += vec3(0.05, 0.16, 0.24) * occluded * (0.6 + 0.4 * n.y);
        light += vec3(0.35, 0.10, 0.22) * max(0.0, -n.y) * 0.35 * occluded;
        col = stone * light * (0.35 + 0.65 * occluded);
        float shine = pow(max(dot(reflect(rd, n), l), 0.0), 20.0);
        col += shine * vec3(1.0, 0.6, 0.3) * 0.8 / (0.6 + reach * reach);
        col += pow(1.0 - max(dot(n, -rd), 0.0), 4.0) * vec3(0.04, 0.14, 0.20) * occluded;
        col = mix(col, fog, 1.0 - exp(-0.030 * t * t));
    }
    col += glow * vec3(1.0, 0.52, 0.20);
    col *= 1.15 - 0.6 * dot(uv, uv);
    fragColor = vec4(pow(1.0 - exp(-2.3 * col), vec3(0.72)), 1.0);
}
