// The first step, and the seeds: a grid of dots of uneven sizes.
vec2 seed(vec2 pixel) {
  vec2 cell = floor(pixel / 24.0), inside = pixel - 24.0 * cell - 12.0;
  float size = 2.0 + 5.0 * fract(sin(dot(cell, vec2(12.9898, 78.233))) * 43758.5453);
  return length(inside) < size ? vec2(0.5, 0.4) : vec2(1.0, 0.0);
}

void mainImage(out vec4 color, in vec2 pixel) {
  vec2 next = iFrame == 0 ? seed(pixel) : react(iChannel0, ivec2(pixel), ivec2(iResolution.xy));
  color = vec4(next, 0.0, 1.0);
}
