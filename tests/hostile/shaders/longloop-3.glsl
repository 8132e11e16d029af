// expect: deadline|too_heavy
// Light in all but one pixel of the poster, which small trial pictures may miss.
void mainImage(out vec4 c, in vec2 p) {
  float a = 0.0;
  int turns = distance(p, vec2(201.5, 101.5)) < 12.0 ? 60000 : 1;
  for (int i = 0; i < turns; i++)
    for (int j = 0; j < 60000; j++) {
      a = sin(a + float(i ^ j));
      if (turns == 1) break;
    }
  c = vec4(a, p / iResolution.xy, 1.0);
}
