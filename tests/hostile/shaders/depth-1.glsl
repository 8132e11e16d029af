// expect: done
void mainImage(out vec4 c, in vec2 p) {
  gl_FragDepth = 1.0 / (p.x - p.x);
  c = vec4(gl_FragCoord.zw, gl_PointCoord) + float(gl_FrontFacing);
}
