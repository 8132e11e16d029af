// expect: compile_error
float odd(float n);
float even(float n) { return n < 1.0 ? 1.0 : odd(n - 1.0); }
float odd(float n) { return n < 1.0 ? 0.0 : even(n - 1.0); }
void mainImage(out vec4 c, in vec2 p) { c = vec4(even(p.x)); }
