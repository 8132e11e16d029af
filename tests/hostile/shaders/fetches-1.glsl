// expect: deadline|too_heavy
// A hundred thousand dependent reads a pixel, each with a gradient of its own.
void mainImage(out vec4 c, in vec2 p) {
  vec4 a = vec4(p, 0.0, 1.0);
  for (int i = 0; i < 400; i++)
    for (int j = 0; j < 250; j++) {
      a += textureGrad(iChannel0, a.xy + vec2(i, j), a.zw * 64.0, a.wz * 64.0);
      a += textureLod(iChannel1, a.yx, a.x) + texelFetch(iChannel2, ivec2(a.xy), 0);
    }
  c = a;
}
