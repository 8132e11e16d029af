// Red: alive (1) or dead (0). Green: warmth, which fades after death. Blue: age.

const int PACE = 6;    // frames a generation

void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    ivec2 at = ivec2(fragCoord), size = ivec2(ceil(iResolution.xy / cellSize(iResolution.xy)));
    bool onBoard = all(lessThan(at, size));

    if (iFrame == 0)
    {
        float heap = 0.5 + 0.5 * sin(0.19 * float(at.x) + 2.0 * sin(0.11 * float(at.y))) * cos(0.17 * float(at.y) + 1.0);
        float soup = step(0.62 + 0.36 * smoothstep(0.35, 0.75, heap), hash(vec2(at)));
        fragColor = vec4(soup, 0.65 * hash(vec2(at) + 5.0) * soup, 0.0, 1.0);
        return;
    }

    vec4 cell = texelFetch(iChannel0, at, 0);
    if (iFrame % PACE == 0)
    {
        float around = 0.0;
        int neighbours = onBoard ? 9 : 0;
        for (int i = 0; i < neighbours; i++)
        {
            if (i == 4) continue;
            ivec2 d = ivec2(i % 3, i / 3) - 1;
            around += texelFetch(iChannel0, (at + d + size) % size, 0).r;     // the board wraps round
        }
        float alive = around == 3.0 || (around == 2.0 && cell.r > 0.5) ? 1.0 : 0.0;
        cell.b = alive * min(cell.b + 0.06, 1.0);
        cell.r = alive;

        // A spark now and then keeps the bed from dying down.
        if (hash(vec2(at / 3) + float(iFrame)) > 0.9990) cell.r = step(0.4, hash(vec2(at) + float(iFrame)));
    }
    cell.g = mix(cell.g, cell.r, cell.r > 0.5 ? 0.163 : 0.0305);

    vec2 mouse = iMouse.xy / cellSize(iResolution.xy);
    if (iMouse.z > 0.0 && distance(vec2(at), mouse) < 2.5) cell.r = step(0.5, hash(vec2(at) + float(iFrame)));
    fragColor = cell;
}
