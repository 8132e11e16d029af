// Mercury: the sum of the drops' fields is a height, its slope a mirror's normal.

const int DROPS = 12;

vec2 place(int i)
{
    float k = float(i), t = 0.55 * iTime;
    return vec2(0.74 * sin(t * (0.6 + 0.07 * k) + 2.4 * k), 0.36 * cos(t * (0.8 - 0.05 * k) + 1.7 * k * k));
}

// Field and its gradient at p.
vec3 field(vec2 p)
{
    vec3 sum = vec3(0.0);
    for (int i = 0; i <= DROPS; i++)
    {
        vec2 c = place(i);
        float r = 0.100 + 0.045 * sin(5.0 * float(i) + 0.6);
        if (i == DROPS)
        {
            if (iMouse.z <= 0.0) continue;
            c = (iMouse.xy - 0.5 * iResolution.xy) / iResolution.y;
            r = 0.15;
        }
        vec2 d = p - c;
        float l = dot(d, d) + 0.004;
        float f = r * r / l;
        sum += vec3(f, -2.0 * f * d / l);
    }
    return sum;
}

// A studio: a long window, a warm lamp, a cool wall, a dark floor.
vec3 studio(vec3 r)
{
    vec3 col = mix(vec3(0.03, 0.03, 0.05), vec3(0.30, 0.33, 0.42), smoothstep(-0.5, 0.9, r.y));
    float window = smoothstep(0.10, 0.16, r.x + 0.75) * smoothstep(0.62, 0.56, r.x + 0.55)
                 * smoothstep(-0.05, 0.05, r.y) * smoothstep(0.93, 0.85, r.y);
    window *= 0.25 + 0.75 * smoothstep(0.015, 0.03, abs(fract(r.y * 2.6) - 0.5));
    col += 1.5 * window * vec3(0.80, 0.92, 1.0);
    col += vec3(1.0, 0.45, 0.16) * 1.3 * smoothstep(0.80, 0.97, dot(r, normalize(vec3(0.85, -0.15, 0.35))));
    col += vec3(0.65, 0.15, 0.55) * 0.55 * smoothstep(0.55, 1.0, dot(r, normalize(vec3(0.2, -0.9, 0.2))));
    return col;
}

vec3 table(vec2 p)
{
    vec2 board = p * vec2(1.0, 3.2);
    float grain = 0.5 + 0.5 * sin(26.0 * p.y + 4.0 * sin(1.7 * p.x + 2.0 * sin(3.0 * p.y)) + 2.0 * sin(0.8 * board.x + floor(board.y) * 2.4));
    vec3 col = mix(vec3(0.055, 0.075, 0.105), vec3(0.085, 0.120, 0.160), grain);
    float reach = length(p - vec2(-0.35, 0.30));
    return col * mix(2.4, 0.30, smoothstep(0.0, 1.25, reach));
}

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 p = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec3 f = field(p);
    float edge = 2.5 * length(f.yz) / iResolution.y;

    vec3 ground = table(p);
    float shadow = field(p + vec2(-0.035, 0.050)).x;
    ground *= mix(1.0, 0.22, smoothstep(0.55, 1.05, shadow));

    // The height rises steeply at the rim and flattens towards the top, like surface tension.
    float h = clamp(1.0 - 1.0 / max(f.x, 1.0), 0.0, 1.0);
    vec3 n = normalize(vec3(-f.yz * 0.11 / (f.x * f.x) , sqrt(h) + 0.02));
    vec3 r = reflect(vec3(0, 0, -1), n);
    vec3 metal = studio(r) * vec3(0.96, 0.97, 1.0);
    metal = mix(metal, metal * 0.25 + ground, 0.35 * pow(1.0 - n.z, 4.0));

    vec3 col = mix(ground, metal, smoothstep(1.0 - edge, 1.0 + edge, f.x));
    col *= 1.06 - 0.35 * dot(p, p);
    fragColor = vec4(pow(col / (1.0 + 0.28 * col), vec3(0.80)), 1.0);
}
