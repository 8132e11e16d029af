// expect: compile_error
// All of what the wrapper calls its own, once more.
uniform float iTime;
out vec4 ff_color;
int ff_runaway = 7;
bool ff_go(inout int turns, int loop) { return true; }
void main() { ff_color = vec4(1.0); }
void mainImage(out vec4 c, in vec2 p) { while (p.x > 0.0) c += vec4(iTime); }
