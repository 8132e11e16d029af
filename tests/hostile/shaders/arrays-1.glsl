// expect: compile_error|refused|deadline|too_heavy|browser_lost
// Sixteen gigabytes of variables, were anybody to give them.
struct Cell { mat4 m[64]; };
Cell world[262144];
void mainImage(out vec4 c, in vec2 p) {
  vec4 own[100000000];
  own[int(p.x) * 1000] = world[int(p.y)].m[3][1];
  c = own[int(p.y) * 1000];
}
