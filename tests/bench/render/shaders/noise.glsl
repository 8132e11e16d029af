// Value noise in six octaves, warped by itself: 12 octaves a pixel.
float hash(vec2 p) { return fract(sin(dot(p, vec2(127.1, 311.7))) * 43758.5453); }

float noise(vec2 p) {
  vec2 cell = floor(p), f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  float bottom = mix(hash(cell), hash(cell + vec2(1.0, 0.0)), f.x);
  float top = mix(hash(cell + vec2(0.0, 1.0)), hash(cell + vec2(1.0, 1.0)), f.x);
  return mix(bottom, top, f.y);
}

float fbm(vec2 p) {
  float sum = 0.0, part = 0.5;
  for (int octave = 0; octave < 6; octave++) {
    sum += part * noise(p);
    p = p * 2.03 + 7.1;
    part *= 0.5;
  }
  return sum;
}

void mainImage(out vec4 color, in vec2 pixel) {
  vec2 uv = 3.0 * pixel / iResolution.y;
  float warp = fbm(uv + 0.2 * iTime);
  float height = fbm(uv + 2.0 * warp - 0.1 * iTime);
  color = vec4(mix(vec3(0.1, 0.2, 0.4), vec3(1.0, 0.8, 0.5), height), 1.0);
}
