// expect: done
// Every way to a NaN and an infinity, into the picture and into comparisons.
void mainImage(out vec4 c, in vec2 p) {
  float zero = min(iTime, 0.0);
  float nan = zero / zero, inf = 1.0 / zero;
  vec3 flood = vec3(sqrt(-p.x - 1.0), log(-p.y - 1.0), pow(-2.0, 0.5));
  flood += vec3(inf - inf, acos(3.0 + p.x), normalize(vec2(zero)).x);
  for (int i = 0; i < 64; i++) flood = mix(flood * inf, flood.yzx / flood, nan == nan ? 1.0 : nan);
  c = vec4(flood, intBitsToFloat(int(0x7fc00000u)));
}
