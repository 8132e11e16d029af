// Up to 256 iterations a pixel, smoothly coloured.
void mainImage(out vec4 color, in vec2 pixel) {
  vec2 uv = (2.0 * pixel - iResolution.xy) / iResolution.y;
  float zoom = 0.6 + 0.35 * cos(0.5 * iTime);
  vec2 c = vec2(-0.7436, 0.1318) + uv * zoom * zoom * 1.2, z = vec2(0.0);
  float count = 0.0;
  for (int step = 0; step < 256; step++) {
    z = vec2(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + c;
    if (dot(z, z) > 64.0) break;
    count += 1.0;
  }
  float smooth_count = count - log2(log2(max(dot(z, z), 4.0))) + 3.0;
  vec3 outside = 0.5 + 0.5 * cos(0.15 * smooth_count + vec3(0.0, 0.6, 1.2));
  color = vec4(count < 255.0 ? outside : vec3(0.0), 1.0);
}
