// Tiles of uneven brightness with a bevel.
void mainImage(out vec4 color, in vec2 pixel) {
  vec2 cell = floor(pixel / 12.0), inside = abs(fract(pixel / 12.0) - 0.5);
  float value = fract(sin(dot(cell, vec2(12.9898, 78.233))) * 43758.5453);
  float bevel = smoothstep(0.5, 0.4, max(inside.x, inside.y));
  color = vec4(bevel * mix(vec3(0.1, 0.3, 0.5), vec3(1.0, 0.8, 0.6), value), 1.0);
}
