// 48 filtered reads a pixel: a blur outwards from a centre that wanders.
const int READS = 48;

void mainImage(out vec4 color, in vec2 pixel) {
  vec2 uv = pixel / iResolution.xy, centre = 0.5 + 0.3 * vec2(cos(iTime), sin(1.3 * iTime));
  vec3 sum = vec3(0.0);
  for (int read = 0; read < READS; read++) {
    float scale = 1.0 - 0.4 * float(read) / float(READS);
    sum += texture(iChannel0, centre + (uv - centre) * scale + 0.05 * iTime).rgb;
  }
  color = vec4(sum / float(READS), 1.0);
}
