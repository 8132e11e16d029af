// expect: done|compile_error
// Derivatives where only some pixels are, and after the others were thrown away.
void mainImage(out vec4 c, in vec2 p) {
  vec2 d = vec2(0.0);
  if (mod(p.x, 2.0) < 1.0) discard;
  if (mod(p.y, 2.0) < 1.0) d = dFdx(p * p) / dFdy(p);
  for (int i = 0; i < int(p.x) % 7; i++) d += fwidth(d + texture(iChannel0, d).xy);
  c = vec4(d, 0.0, 1.0);
  discard;
}
