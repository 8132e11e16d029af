// expect: done
// Right to left ‮;)0.1(4cev = c‬, ⁦isolated⁩, zero​width, é, 漢字, 🙂, � and a BOM .
void mainImage(out vec4 c, in vec2 p) {
  /* Ａ fullwidth, ｃ = ∞; */ c = vec4(p / iResolution.xy, 0.5, 1.0); // ‏
}
