// expect: done|compile_error
// Reads and writes far outside, with indices that only a frame knows.
vec4 cells[8];
void mainImage(out vec4 c, in vec2 p) {
  int far = int(p.x * 1e6) - 2147483600;
  for (int i = 0; i < 64; i++) cells[far * i] = vec4(p, i, 1.0);
  cells[8 + far] += cells[-1 - int(p.y)];
  mat4 m = mat4(1.0);
  m[far] = cells[far];
  c = m[far * 3] + cells[far][far] + texelFetch(iChannel0, ivec2(far), far) + vec4(iChannelTime[far]);
}
