// expect: deadline|too_heavy|compile_error
// Takes the loop counters of the probe away again.
#undef mainImage
#undef HW_PERFORMANCE
#define ff_go(turns, loop) true
#define ff_runaway 0
#define LIMIT 0
void mainImage(out vec4 c, in vec2 p) {
  float a = p.x;
  while (a > -1.0) a += 1.0;
  c = vec4(a);
}
