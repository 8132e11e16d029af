// expect: done
// Divisions that would end a program on the processor; shifts by more than there are bits, and by less than none.
void mainImage(out vec4 c, in vec2 p) {
  int zero = min(iFrame, 0), low = -2147483647 - 1 + zero, far = 33 + int(p.y);
  int a = low / (zero - 1), b = low % (zero - 1), d = int(p.x) / zero, e = int(p.y) % zero;
  uint f = uint(p.x) / uint(zero), g = uint(p.y) % uint(zero);
  ivec4 h = ivec4(p, p) / ivec4(zero) + ivec4(low) % ivec4(zero, -1, zero, -1);
  int i = (a << far) ^ (b >> -far) ^ (-1 << 31) ^ (low << 2147483647);
  uint j = (f >> uint(-far)) + (4294967295u << uint(far));
  int k = int(1e38 * p.x) + int(-1e38) * low * low;
  c = fract(vec4(a + b + i, d + e + int(j), int(f + g) + k, h.x + h.y + h.z + h.w) / 255.0);
}
