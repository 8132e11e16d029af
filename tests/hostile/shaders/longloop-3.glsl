// expect: deadline|too_heavy
// Twenty million steps in two loops, neither of which is long; drivers that count all loops together cut it short.
void mainImage(out vec4 c, in vec2 p) {
  float a = 0.0;
  for (int i = 0; i < 20000; i++)
    for (int j = 0; j < 1000; j++) a += 1.0 / 2e7;
  c = vec4(a, p / iResolution.xy, 1.0);
}
