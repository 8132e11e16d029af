const int COMETS = 48;
const float TILE = 12.0;      // pixels
const float TAU = 6.28318531;

float hash(float n) { return fract(sin(n * 78.233) * 43758.5453); }

// The three suns, in picture heights from the middle.
vec2 sun(int k, float t)
{
    float a = 0.35 * t + TAU * float(k) / 3.0;
    return vec2(0.46 * cos(a), 0.22 * sin(a)) + 0.05 * vec2(sin(1.3 * t + float(k)), cos(1.1 * t));
}

vec3 cometTint(float id)
{
    return 0.55 + 0.45 * cos(TAU * (0.62 * hash(id + 4.0) + vec3(0.00, 0.18, 0.36)) + 0.4);
}
