// One texel of the bottom row is one comet: place (xy) and velocity (zw).

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    ivec2 at = ivec2(fragCoord);
    fragColor = vec4(0.0);
    bool used = at.y == 0 && at.x < COMETS;

    float id = float(at.x);
    if (iFrame == 0)
    {
        // On rings around a sun, at about the speed of a circle.
        int home = at.x % 3;
        float a = TAU * hash(id + 0.5), r = 0.07 + 0.20 * hash(id + 7.0);
        vec2 out_ = vec2(cos(a), sin(a));
        float speed = sqrt(0.055 / r) * (0.85 + 0.25 * hash(id + 11.0)) * (at.x % 5 == 0 ? -1.0 : 1.0);
        fragColor = vec4(sun(home, 0.0) + r * out_, speed * vec2(-out_.y, out_.x));
        return;
    }

    vec4 comet = texelFetch(iChannel0, at, 0);
    const float DT = 1.0 / 120.0;
    int steps = used ? 2 : 0;
    for (int s = 0; s < steps; s++)
    {
        vec2 pull = -0.35 * comet.xy * dot(comet.xy, comet.xy);        // nobody gets lost
        for (int k = 0; k < 3; k++)
        {
            vec2 d = sun(k, iTime) - comet.xy;
            float l2 = dot(d, d) + 0.0012;
            pull += 0.050 * d / (l2 * sqrt(l2)) * 0.9;
        }
        comet.zw += DT * pull;
        comet.xy += DT * comet.zw;
    }
    fragColor = comet;
}
