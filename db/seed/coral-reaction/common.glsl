// One step of the Gray-Scott reaction. Red is the food, green the one that eats it.

float hash(vec2 p)
{
    p = fract(p * vec2(123.34, 456.21));
    p += dot(p, p + 45.32);
    return fract(p.x * p.y);
}

float noise(vec2 p)
{
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

vec4 react(sampler2D state, vec2 at, vec2 size)
{
    // Texels outside wrap round by the sampler.
    #define READ(x, y) texture(state, (at + vec2(x, y)) / size).rg
    vec2 here = READ(0, 0);
    vec2 spread = 0.2 * (READ(1, 0) + READ(-1, 0) + READ(0, 1) + READ(0, -1))
                + 0.05 * (READ(1, 1) + READ(-1, 1) + READ(1, -1) + READ(-1, -1)) - here;
    #undef READ

    // Feed and kill vary over the picture: labyrinth in some places, spots in others.
    float place = noise(3.0 * at / size.y + 2.0);
    float feed = mix(0.0370, 0.0545, place), kill = mix(0.0600, 0.0622, place);

    float eaten = here.r * here.g * here.g;
    vec2 next = here + vec2(1.0, 0.5) * spread + vec2(feed * (1.0 - here.r) - eaten, eaten - (feed + kill) * here.g);
    return vec4(clamp(next, 0.0, 1.0), 0.0, 1.0);
}
