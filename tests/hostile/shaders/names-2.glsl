// expect: deadline|too_heavy|compile_error|refused
// The language itself, renamed.
#define float highp float
#define vec4(x) vec4(x, x, x, 1.0)
#define return
#define int
#define for while
void mainImage(out vec4 c, in vec2 p) {
  float a = 0.0;
  for (a > -1.0) a += 0.1;
  c = vec4(a);
}
