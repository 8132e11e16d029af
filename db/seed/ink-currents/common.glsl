// Lengths are in picture heights, so that the flow is the same at every size.

float hash(vec2 p)
{
    p = fract(p * vec2(123.34, 456.21));
    p += dot(p, p + 45.32);
    return fract(p.x * p.y);
}

float noise(vec2 p)
{
    vec2 i = floor(p), f = fract(p);
    f = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

const int JETS = 4;

// Jet k: where it is, and which way it blows.
vec2 jetPlace(int k, float t)
{
    float a = 0.55 * t + 1.5708 * float(k);
    return vec2(0.56 * cos(a), 0.27 * sin(1.3 * a + 0.5 * float(k)));
}

vec2 jetWay(int k, float t)
{
    return normalize(jetPlace(k, t + 0.1) - jetPlace(k, t)) * 0.9 + 0.3 * vec2(cos(2.0 * t + float(k)), sin(1.7 * t));
}

vec3 jetInk(int k)
{
    if (k == 0) return vec3(0.98, 0.33, 0.16);
    if (k == 1) return vec3(0.10, 0.55, 0.80);
    if (k == 2) return vec3(0.97, 0.72, 0.22);
    return vec3(0.50, 0.16, 0.62);
}

// The curl of a noise: a flow without sources, to start from.
vec2 curl(vec2 p)
{
    const float e = 0.02;
    float n = noise(p);
    return vec2(noise(p + vec2(0, e)) - n, n - noise(p + vec2(e, 0))) / e;
}
