// Volumetric clouds. The texture's green channel is its red one shifted by (37, 17),
// so one filtered read gives two slices of 3D noise, and a mix the noise between them.

float noise(vec3 p)
{
    vec3 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    vec2 uv = i.xy + vec2(37.0, 17.0) * i.z + f.xy;
    vec2 slices = textureLod(iChannel0, (uv + 0.5) / 256.0, 0.0).yx;
    return mix(slices.x, slices.y, f.z);
}

// Thickness of the cloud at p; fewer octaves far away.
float density(vec3 p, int octaves)
{
    vec3 q = 0.55 * p - vec3(0.0, 0.06, 0.25) * iTime;
    float sum = 0.0, weight = 0.5;
    for (int i = 0; i < octaves; i++)
    {
        sum += weight * noise(q);
        q = q * 2.03 + vec3(3.1, 0.0, 1.7);
        weight *= 0.5;
    }
    float tops = 0.9 + 1.5 * (noise(vec3(0.16 * p.xz, 3.0).xzy - vec3(0, 0, 0.07) * iTime) - 0.45);
    return clamp(1.9 * sum - 0.75 + 0.85 * (tops - p.y) * 0.75, 0.0, 1.0);
}

const vec3 SUN = vec3(-0.52, 0.16, 0.84);

vec3 sky(vec3 rd)
{
    float s = max(dot(rd, normalize(SUN)), 0.0);
    vec3 col = mix(vec3(1.0, 0.62, 0.38), vec3(0.12, 0.30, 0.64), smoothstep(-0.05, 0.30, rd.y));
    col = mix(col, vec3(0.95, 0.52, 0.50), 0.5 * exp(-50.0 * (rd.y - 0.06) * (rd.y - 0.06)));
    col += vec3(1.0, 0.62, 0.30) * (0.30 * pow(s, 8.0) + 0.45 * pow(s, 90.0));
    return col + vec3(1.4, 1.2, 0.8) * smoothstep(0.9990, 0.9996, s);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0.3 * iTime, 2.9, 0.0);
    vec3 rd = normalize(vec3(uv.x - 0.12, uv.y - 0.16, 1.3));
    vec3 sun = normalize(SUN);

    vec3 back = sky(rd), sum = vec3(0.0);
    float clear = 1.0;

    // Start where the clouds can begin, with a step of its own for every pixel (no banding).
    float t = rd.y < 0.0 ? max(0.4, (1.75 - ro.y) / rd.y) : 1e3;
    t += 0.22 * texelFetch(iChannel0, ivec2(fragCoord) & 255, 0).x;
    for (int i = 0; i < 30; i++)
    {
        vec3 p = ro + t * rd;
        if (clear < 0.02 || p.y < -1.0 || t > 34.0) break;
        float d = density(p, t < 6.0 ? 4 : 3);
        float step_ = max(0.12, 0.062 * t);
        if (d > 0.005)
        {
            // Denser towards the sun means shade.
            float toSun = density(p + 0.45 * sun, 3);
            float lit = exp(-4.6 * toSun) * (0.45 + 0.55 * smoothstep(-0.7, 1.4, p.y));
            vec3 col = mix(vec3(0.08, 0.13, 0.32), vec3(0.38, 0.36, 0.56), smoothstep(-0.6, 1.3, p.y));
            col += vec3(1.6, 0.88, 0.48) * lit * 1.1;
            col = mix(col, back, 1.0 - exp(-0.0022 * t * t));
            float a = 1.0 - exp(-d * step_ * 7.5);
            sum += col * a * clear;
            clear *= 1.0 - a;
        }
        t += step_;
    }
    vec3 col = sum + back * clear;
    col *= 1.05 - 0.30 * dot(uv, uv);
    fragColor = vec4(pow(col / (1.0 + 0.22 * col), vec3(0.90)), 1.0);
}
