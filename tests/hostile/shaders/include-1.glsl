// expect: compile_error
#include "/etc/passwd"
#include </proc/self/environ>
#import "http://127.0.0.1/"
void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }
