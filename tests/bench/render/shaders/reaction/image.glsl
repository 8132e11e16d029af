// The second chemical as a landscape with a light from the left.
void mainImage(out vec4 color, in vec2 pixel) {
  vec2 uv = pixel / iResolution.xy, e = vec2(1.0 / iResolution.x, 0.0);
  float height = texture(iChannel0, uv).g;
  float slope = texture(iChannel0, uv + e).g - texture(iChannel0, uv - e).g;
  vec3 tint = mix(vec3(0.03, 0.05, 0.12), vec3(1.0, 0.65, 0.4), smoothstep(0.05, 0.35, height));
  color = vec4(tint * (1.0 - 2.0 * slope), 1.0);
}
