// expect: compile_error|deadline|too_heavy
// The language itself, renamed.
#define float int
#define vec4 ivec4
#define if(x) while (true)
#define return
#define mainImage other
void mainImage(out vec4 c, in vec2 p) { if (p.x > 1.0) c = vec4(1.0); }
