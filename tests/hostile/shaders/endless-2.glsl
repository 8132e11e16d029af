// expect: deadline|too_heavy
// No loop keyword where a reader of headers would look for one.
#define GLUE(a, b) a##b
#define ROUND wh\
ile
#define FOREVER ROUND (a > -1.0)
void mainImage(out vec4 c, in vec2 p) {
  float a = p.x;
  FOREVER {
    a += 0.1;
  }
  c = vec4(a);
}
