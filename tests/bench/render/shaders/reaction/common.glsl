// Two chemicals in r and g; nine texels a step.
vec2 at(sampler2D field, ivec2 texel, ivec2 size) { return texelFetch(field, (texel + size) % size, 0).rg; }

vec2 react(sampler2D field, ivec2 texel, ivec2 size) {
  vec2 here = at(field, texel, size), around = -here;
  around += 0.2 * (at(field, texel + ivec2(1, 0), size) + at(field, texel - ivec2(1, 0), size));
  around += 0.2 * (at(field, texel + ivec2(0, 1), size) + at(field, texel - ivec2(0, 1), size));
  around += 0.05 * (at(field, texel + ivec2(1, 1), size) + at(field, texel - ivec2(1, 1), size));
  around += 0.05 * (at(field, texel + ivec2(1, -1), size) + at(field, texel + ivec2(-1, 1), size));
  float eaten = here.r * here.g * here.g;
  return here + vec2(around.r - eaten + 0.037 * (1.0 - here.r), 0.5 * around.g + eaten - 0.097 * here.g);
}
