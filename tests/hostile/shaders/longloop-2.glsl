// expect: deadline|too_heavy
// Every loop is short and bounded; all five together are not.
void mainImage(out vec4 c, in vec2 p) {
  float a = iTime;
  for (int i = 0; i < 100; i++)
    for (int j = 0; j < 100; j++)
      for (int k = 0; k < 100; k++)
        for (int l = 0; l < 100; l++)
          for (int m = 0; m < 100; m++) a = sin(a + float(i * j + k * l - m) + p.x);
  c = vec4(a);
}
