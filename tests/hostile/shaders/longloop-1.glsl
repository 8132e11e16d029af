// expect: deadline|too_heavy
// Twenty million steps, counted honestly.
void mainImage(out vec4 c, in vec2 p) {
  float a = p.x;
  for (int i = 0; i < 20000000; i++) a = sin(a + float(i));
  c = vec4(a);
}
