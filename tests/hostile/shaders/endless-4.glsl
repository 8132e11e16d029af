// expect: deadline|too_heavy
// An unsigned counter is never below zero: it wraps around.
void mainImage(out vec4 c, in vec2 p) {
  float a = 0.0;
  for (uint n = 100u; n >= 0u; n--) a = sin(a + float(n));
  c = vec4(a);
}
