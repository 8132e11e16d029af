// expect: compile_error
void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); } /* and what follows is \
open: // */ /* void never() {}
