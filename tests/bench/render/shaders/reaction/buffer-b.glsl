// The second step.
void mainImage(out vec4 color, in vec2 pixel) {
  color = vec4(react(iChannel0, ivec2(pixel), ivec2(iResolution.xy)), 0.0, 1.0);
}
