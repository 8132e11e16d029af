// The board: one cell is a square of CELL pixels, kept in the buffer's lower left corner.

float cellSize(vec2 resolution) { return max(3.0, floor(resolution.y / 60.0)); }

float hash(vec2 p)
{
    p = fract(p * vec2(123.34, 456.21));
    p += dot(p, p + 45.32);
    return fract(p.x * p.y);
}
