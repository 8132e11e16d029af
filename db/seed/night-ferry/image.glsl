// The sea as a sum of sharpened sine waves, each dragged along by the ones before it.

float hash(vec2 p) { return fract(sin(dot(p, vec2(127.1, 311.7))) * 43758.5453); }

float noise(vec2 p)
{
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

float fbm(vec2 p)
{
    return 0.5 * noise(p) + 0.25 * noise(2.1 * p + 3.0) + 0.125 * noise(4.3 * p + 7.0) + 0.0625 * noise(8.7 * p);
}

float sea(vec2 p, int waves)
{
    float sum = 0.0, weight = 1.0, total = 0.0, pitch = 0.85, speed = 1.1, angle = 0.6;
    for (int i = 0; i < waves; i++)
    {
        vec2 d = vec2(sin(angle), cos(angle));
        float x = dot(d, p) * pitch + iTime * speed;
        float crest = exp(sin(x) - 1.0);
        p -= d * crest * cos(x) * weight * 0.36;          // drag: crests grow steep
        sum += crest * weight;
        total += weight;
        weight *= 0.80; pitch *= 1.21; speed *= 1.07; angle += 2.399;
    }
    return 0.85 * sum / total;
}

const vec3 MOON = vec3(0.165, 0.235, 0.958);

vec3 sky(vec3 rd)
{
    vec3 col = mix(vec3(0.060, 0.115, 0.190), vec3(0.006, 0.012, 0.035), smoothstep(-0.02, 0.50, rd.y));
    vec3 moon = normalize(MOON);
    float m = dot(rd, moon);
    col += vec3(0.26, 0.34, 0.46) * (0.45 * pow(max(m, 0.0), 24.0) + 0.55 * pow(max(m, 0.0), 260.0));

    vec2 c = rd.xz / (rd.y + 0.22);
    float cloud = smoothstep(0.38, 0.72, fbm(1.1 * c + vec2(0.05 * iTime, 0.0)));
    vec3 lit = mix(vec3(0.018, 0.026, 0.050), vec3(0.60, 0.68, 0.80), pow(max(m, 0.0), 40.0) * 0.8);
    float disc = smoothstep(0.9982, 0.9986, m);
    float seas = 0.82 + 0.25 * fbm(70.0 * (rd.xy - moon.xy));
    col = mix(col, vec3(1.25, 1.20, 1.05) * seas, disc);

    vec2 s = 90.0 * rd.xy / (0.4 + rd.z);
    float star = step(0.975, hash(floor(s))) * smoothstep(0.22, 0.0, length(fract(s) - 0.5));
    col += star * 0.7 * smoothstep(0.05, 0.3, rd.y) * (1.0 - disc);
    return mix(col, lit, cloud * smoothstep(0.0, 0.14, rd.y) * 0.85);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float heave = 0.06 * sin(0.9 * iTime), roll = 0.020 * sin(0.7 * iTime + 1.0);
    uv = mat2(cos(roll), sin(roll), -sin(roll), cos(roll)) * uv;

    vec3 ro = vec3(0.0, 1.75 + heave, 0.55 * iTime);
    vec3 rd = normalize(vec3(uv.x, uv.y - 0.045 + 0.3 * heave * 0.2, 1.25));
    vec3 col = sky(rd);

    if (rd.y < -0.004)
    {
        // Between the highest crest and the lowest trough only.
        float t = (0.85 - ro.y) / rd.y, end = min(-ro.y / rd.y, 90.0);
        for (int i = 0; i < 13; i++)
        {
            vec3 p = ro + t * rd;
            float gap = p.y - sea(p.xz, 5);
            if (gap < 0.004 * t || t > end) break;
            t += gap * 0.9 + 0.002 * t;
        }
        t = min(t, end);

        vec2 p = (ro + t * rd).xz;
        float e = 0.012 + 0.0035 * t;
        int waves = t < 10.0 ? 12 : 8;
        float h = sea(p, waves);
        vec2 slope = (vec2(sea(p + vec2(e, 0), waves), sea(p + vec2(0, e), waves)) - h) / e;
        vec3 n = normalize(vec3(-slope.x, 1.0, -slope.y));
        n = normalize(mix(n, vec3(0, 1, 0), 0.72 * smoothstep(3.0, 60.0, t)));

        vec3 r = reflect(rd, n);
        r.y = abs(r.y);
        float fresnel = 0.03 + 0.97 * pow(1.0 - max(dot(n, -rd), 0.0), 5.0);
        vec3 deep = vec3(0.004, 0.030, 0.045) + vec3(0.02, 0.11, 0.12) * smoothstep(0.25, 0.85, h);
        vec3 water = deep + fresnel * (sky(r) * 0.9);
        float glitter = pow(max(dot(r, normalize(MOON)), 0.0), 220.0);
        water += glitter * vec3(1.0, 0.93, 0.75) * 1.3;
        water += 0.06 * smoothstep(0.62, 0.95, h) * smoothstep(0.4, 0.7, noise(9.0 * p)) * smoothstep(20.0, 2.0, t);
        col = mix(water, col, smoothstep(30.0, 90.0, t));
    }

    // Far lights of the other shore.
    float x = uv.x * 110.0, lamp = hash(vec2(floor(x), 4.0));
    float shore = smoothstep(0.0045, 0.0, abs(rd.y - 0.002 - 0.004 * fract(7.0 * lamp))) * step(0.90, lamp) * smoothstep(0.5, 0.1, abs(fract(x) - 0.5));
    col += shore * mix(vec3(1.0, 0.55, 0.20), vec3(1.0, 0.85, 0.6), lamp) * 0.8;

    col *= 1.1 - 0.4 * dot(uv, uv);
    fragColor = vec4(pow(1.0 - exp(-1.9 * col), vec3(0.70)), 1.0);
}
