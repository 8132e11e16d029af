// Spheres on a plane, ray marched, with soft shadows and fog.
float map(vec3 p) {
  vec3 q = p;
  q.xz = mod(q.xz + 1.5, 3.0) - 1.5;
  return min(length(q) - 0.8 - 0.15 * sin(iTime + p.x), p.y + 0.9);
}

vec3 normal(vec3 p) {
  vec2 e = vec2(0.001, 0.0);
  return normalize(vec3(map(p + e.xyy) - map(p - e.xyy), map(p + e.yxy) - map(p - e.yxy), map(p + e.yyx) - map(p - e.yyx)));
}

float shadow(vec3 origin, vec3 light) {
  float lit = 1.0, t = 0.05;
  for (int step = 0; step < 24; step++) {
    float near = map(origin + light * t);
    lit = min(lit, 8.0 * near / t);
    t += clamp(near, 0.03, 0.4);
  }
  return clamp(lit, 0.0, 1.0);
}

float march(vec3 origin, vec3 ray) {
  float t = 0.0;
  for (int step = 0; step < 64; step++) {
    float near = map(origin + ray * t);
    if (near < 0.001 * t || t > 30.0) break;
    t += near;
  }
  return t;
}

void mainImage(out vec4 color, in vec2 pixel) {
  vec2 uv = (2.0 * pixel - iResolution.xy) / iResolution.y;
  vec3 origin = vec3(0.6 * iTime, 1.2, 0.3 * iTime);
  vec3 ray = normalize(vec3(uv.x, uv.y - 0.3, 1.5)), light = normalize(vec3(0.6, 0.7, -0.4));
  vec3 sky = vec3(0.5, 0.7, 0.9), seen = sky;
  float t = march(origin, ray);
  if (t < 30.0) {
    vec3 hit = origin + ray * t, n = normal(hit);
    float lit = max(dot(n, light), 0.0) * shadow(hit + 0.01 * n, light);
    seen = mix(vec3(0.9, 0.6, 0.4) * (0.15 + lit), sky, 1.0 - exp(-0.003 * t * t));
  }
  color = vec4(sqrt(seen), 1.0);
}
