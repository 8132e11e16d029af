// expect: deadline|too_heavy
// Only where and when small trials do not look: on the right of a large picture, and between the ends of a clip.
void mainImage(out vec4 c, in vec2 p) {
  float a = iTime;
  if (p.x > 200.0 || abs(iTime - 0.37) < 0.05) while (a > -1.0) a += 0.1;
  c = vec4(p / iResolution.xy, fract(a), 1.0);
}
