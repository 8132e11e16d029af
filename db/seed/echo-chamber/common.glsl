const float TAU = 6.28318531;

mat2 rot(float a) { return mat2(cos(a), sin(a), -sin(a), cos(a)); }

// Turns a colour's hue around the grey axis.
vec3 hueTurn(vec3 c, float a)
{
    const vec3 k = vec3(0.57735);
    return c * cos(a) + cross(k, c) * sin(a) + k * dot(k, c) * (1.0 - cos(a));
}

// Where the camera looks for the colour of p (picture heights from the middle).
vec2 lens(vec2 p, float t)
{
    float a = 0.115 + 0.035 * sin(0.6 * t);
    p = rot(a) * p * 1.052;
    return p + 0.0035 * vec2(sin(9.0 * p.y + t), cos(9.0 * p.x - 0.8 * t));
}

// The lamps in front of the screen: three rounded bars on a slow orbit.
vec4 lamps(vec2 p, float t)
{
    vec4 sum = vec4(0.0);
    for (int k = 0; k < 3; k++)
    {
        float a = 0.7 * t + TAU * float(k) / 3.0;
        vec2 q = p - vec2(0.52 * cos(a), 0.37 * sin(a));
        q = rot(-1.4 * a) * q;
        vec2 d = abs(q) - vec2(0.105, 0.022);
        float l = length(max(d, 0.0)) - 0.012;
        vec3 tint = k == 0 ? vec3(1.0, 0.36, 0.14) : k == 1 ? vec3(0.10, 0.62, 1.0) : vec3(0.98, 0.82, 0.34);
        float cover = smoothstep(0.006, -0.002, l);
        sum = mix(sum, vec4(tint, 1.0), cover);
    }
    return sum;
}

// One pass of the camera.
vec4 film(sampler2D screen, vec2 at, vec2 size, float t)
{
    vec2 p = (at - 0.5 * size) / size.y;
    vec2 q = lens(p, t);
    vec3 old = texture(screen, q * size.y / size + 0.5).rgb;
    old = max(hueTurn(old, 0.055) * 0.976 - 0.0015, 0.0);

    vec4 lamp = lamps(p, t);
    float rim = smoothstep(0.0, 0.02, lamp.a) * (1.0 - lamp.a);
    return vec4(mix(old * (1.0 - 0.5 * rim), lamp.rgb, lamp.a), 1.0);
}
