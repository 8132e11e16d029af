// expect: deadline|too_heavy
// In a helper, with a way out that nothing ever takes.
float search(vec2 p) {
  float t = 0.0;
  while (true) {
    t = fract(t + sin(dot(p, p)));
    if (t > 1.0) break;
    if (iTime < -1.0) return t;
  }
  return t;
}
void mainImage(out vec4 c, in vec2 p) { c = vec4(search(p)); }
