// expect: compile_error
// Errors on lines that are not there, in sources that are not ours, in a language that is another.
#line 2147483647 2147483647
#line -1
 # line 99999999999999999999 0
#/**/line 4000000000 2
#li\
ne 1 1
void mainImage(out vec4 c, in vec2 p) { c = nowhere; }
#version 100
/**/ #version 460 core
#ver\
sion 310 es
layout(local_size_x = 1024) in;
