// Next to nothing to draw: what is left is the cost of getting frames out.
void mainImage(out vec4 color, in vec2 pixel) {
  vec2 uv = pixel / iResolution.xy;
  color = vec4(0.5 + 0.5 * cos(iTime + uv.xyx + vec3(0.0, 2.0, 4.0)), 1.0);
}
