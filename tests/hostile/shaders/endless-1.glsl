// expect: deadline|too_heavy
// The plainest one; compilers refuse it themselves.
void mainImage(out vec4 c, in vec2 p) {
  for (;;) {
  }
  c = vec4(1.0);
}
