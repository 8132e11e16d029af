"""Small shaders whose frames build on each other, one of each kind that people write: name -> project."""

from typing import Any

Project = dict[str, Any]
SELF = [{"channel": 0, "kind": "buffer", "source": "A"}]
HASH = "float hash(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }\n"


def reads(channel: int, source: str, kind: str = "buffer", **sampler: str) -> dict[str, Any]:
    return {"channel": channel, "kind": kind, "source": source, **({"sampler": sampler} if sampler else {})}


def main(body: str) -> str:
    """`u`: place from 0 to 1; `at`: texel; `v`: what channel 0 holds there; `c`: the result; T(x, y): a neighbour's value."""
    fetch = (
        "#define T(x, y) texelFetch(iChannel0, (at + ivec2(x, y) + ivec2(iResolution.xy)) % ivec2(iResolution.xy), 0)\n"
    )
    begin = "vec2 u = p / iResolution.xy; ivec2 at = ivec2(p); vec4 v = texelFetch(iChannel0, at, 0);"
    return f"{HASH}{fetch}void mainImage(out vec4 c, in vec2 p) {{ {begin} {body} }}"


def buffer(name: str, body: str, *inputs: dict[str, Any]) -> Project:
    return {"type": "buffer", "name": name, "code": main(body), "inputs": list(inputs)}


def shows(body: str, *buffers: Project, inputs: list[dict[str, Any]] | None = None) -> Project:
    return {"passes": [*buffers, {"type": "image", "code": main(body), "inputs": inputs or SELF}]}


def alone(step: str, show: str = "c = vec4(v.rgb, 1);", **sampler: str) -> Project:
    """One buffer that reads itself."""
    return shows(show, buffer("A", step, reads(0, "A", **sampler)))


LAPLACE = "(T(1, 0) + T(-1, 0) + T(0, 1) + T(0, -1) - 4.0 * v)"
START = "step(length(p - 0.5 * iResolution.xy + 20.0 * sin(p.yx * 0.2)), 18.0)"

FEEDBACK: dict[str, Project] = {
    "reaction-diffusion": alone(
        f"if (iFrame == 0) {{ c = vec4(1, {START}, 0, 1); return; }} vec2 l = {LAPLACE}.xy; float r = v.x * v.y * v.y;"
        "c = vec4(v.x + 0.2 * l.x - r + 0.037 * (1.0 - v.x), v.y + 0.1 * l.y + r - 0.097 * v.y, 0, 1);",
        "c = vec4(v.y * 3.0, v.x, v.x * v.y * 4.0, 1);",
    ),
    "waves": alone(
        f"vec4 l = {LAPLACE}; float push = iFrame % 20 == 0 ? 2.0 * {START} : 0.0;"
        "c = vec4(0.995 * (2.0 * v.x - v.y + 0.2 * l.x) + push, v.x, 0, 1);",
        "c = vec4(0.5 + v.x, 0.5 + 0.5 * v.y, 0.5 - v.x, 1);",
    ),
    "fluid": shows(
        "c = vec4(texelFetch(iChannel1, at, 0).rgb, 1);",
        buffer(
            "A",
            "vec2 w = texture(iChannel0, u - v.xy * 0.004).xy; vec2 d = u - 0.5 - 0.2 * vec2(cos(iTime * 3.0), sin(iTime * 2.0));"
            "vec2 g = vec2(T(1, 0).z - T(-1, 0).z, T(0, 1).z - T(0, -1).z);"
            "float div = T(1, 0).x - T(-1, 0).x + T(0, 1).y - T(0, -1).y;"
            "c = vec4(0.999 * w - 0.3 * g + 0.3 * vec2(-d.y, d.x) * exp(-60.0 * dot(d, d)), 0.9 * v.z - 0.1 * div, 1);",
            reads(0, "A", wrap="repeat"),
        ),
        buffer(
            "B",
            "vec2 w = v.xy; vec3 ink = texture(iChannel1, u - w * 0.02).rgb * 0.998; vec2 d = u - 0.5;"
            "c = vec4(iFrame < 2 ? 0.5 + 0.5 * cos(6.0 * u.xyx + vec3(0, 2, 4)) : ink + 0.02 * exp(-200.0 * dot(d, d)), 1);",
            reads(0, "A"),
            reads(1, "B", wrap="repeat"),
        ),
        inputs=[*SELF, reads(1, "B")],
    ),
    "trails": alone(
        "vec2 d = p - iResolution.xy * (0.5 + 0.4 * vec2(cos(iTime * 2.1), sin(iTime * 3.3)));"
        "c = max(0.97 * v, vec4(smoothstep(6.0, 2.0, length(d)), 0.5 * smoothstep(12.0, 2.0, length(d)), 0.2, 1));"
    ),
    "life": alone(
        "if (iFrame == 0) { c = vec4(step(0.6, hash(p))); return; } float n = -v.x;"
        "for (int y = -1; y < 2; y++) for (int x = -1; x < 2; x++) n += T(x, y).x;"
        "c = vec4(n == 3.0 || (n == 2.0 && v.x == 1.0) ? 1.0 : 0.0, 0.9 * v.y + 0.1 * v.x, 0.5 * v.x, 1);"
    ),
    "slow-life": alone(
        "if (iFrame == 0) { c = vec4(step(0.6, hash(p))); return; } c = v; if (iFrame % 6 > 0) return; float n = -v.x;"
        "for (int y = -1; y < 2; y++) for (int x = -1; x < 2; x++) n += T(x, y).x;"
        "c = vec4(n == 3.0 || (n == 2.0 && v.x == 1.0) ? 1.0 : 0.0);"
    ),
    "erosion": alone(
        "if (iFrame == 0) { float h = 0.0; for (int i = 1; i < 6; i++) h += sin(dot(u, vec2(7, 5)) * float(i) + float(i)"
        " + 3.0 * sin(5.0 * u.y * float(i))) / float(i); c = vec4(h); return; }"
        "float low = min(min(T(1, 0).x, T(-1, 0).x), min(T(0, 1).x, T(0, -1).x)); c = vec4(v.x - 0.05 * max(0.0, v.x - low - 0.02));",
        "c = vec4(vec3(0.5 + 0.5 * v.x) * (0.7 + 4.0 * (T(1, 0).x - v.x)), 1);",
    ),
    "blur": alone(
        "if (iFrame % 30 == 0) { c = vec4(step(0.5, fract(p.x / 24.0)), step(0.5, fract(p.y / 18.0)), 0.3, 1); return; }"
        f"c = v + 0.2 * {LAPLACE};"
    ),
    "counter": alone(
        "c = v + vec4(1, iTimeDelta, 0, 1);", "c = vec4(v.x / 128.0 * u.x, v.y * 0.5 * u.y, fract(v.w / 16.0), 1);"
    ),
    "ping-pong": shows(
        "c = vec4(fract(v.r / 64.0 + u.x), fract(texelFetch(iChannel1, at, 0).g / 32.0 + u.y), 0.5, 1);",
        buffer("A", "c = v + vec4(1, 0, 0, 0);", reads(0, "B")),
        buffer("B", "c = vec4(v.r, v.r * 0.5, 0, 1);", reads(0, "A")),
        inputs=[*SELF, reads(1, "B")],
    ),
    "mipmaps": alone(
        "vec4 mean = textureLod(iChannel0, vec2(0.5), 6.0); float spot = smoothstep(0.2, 0.1, length(u - 0.5 - 0.3 * sin(iTime)));"
        "c = vec4(0.95 * v.rgb + 0.05 * (vec3(spot, u) + 0.5 * mean.rgb), 1);",
        filter="mipmap",
    ),
    "keyboard": shows(
        "c = vec4(v.rgb, 1);",
        buffer(
            "A",
            "float key = texelFetch(iChannel1, ivec2(32, 0), 0).r; c = vec4(fract(v.r + 0.01 * (1.0 - key) * u.x), u.y * key, u);",
            reads(0, "A"),
            {"channel": 1, "kind": "keyboard"},
        ),
    ),
    "mouse": alone(
        "vec2 m = iMouse.z > 0.0 ? iMouse.xy : iResolution.xy * (0.5 + 0.3 * vec2(sin(iTime), cos(iTime * 1.7)));"
        "c = vec4(0.98 * v.rgb + 0.3 * exp(-0.02 * dot(p - m, p - m)) * vec3(1, 0.6, u.x), 1);"
    ),
    "sand": alone(
        "if (iFrame == 0) { c = vec4(step(0.7, hash(p)) * step(0.4, u.y)); return; }"
        "c = v; if (at.y == 0) return; bool even = iFrame % 2 == 0;"
        "if (v.x > 0.5 && T(0, -1).x < 0.5) c = vec4(0); else if (v.x < 0.5 && T(0, 1).x > 0.5 && at.y + 1 < int(iResolution.y)) c = vec4(1);",
        "c = vec4(v.x * vec3(1, 0.8, 0.4) + 0.2 * u.xyx, 1);",
    ),
    "rule-30": alone(
        "if (iFrame == 0) { c = vec4(at.x == int(iResolution.x) / 2 && at.y == 0 ? 1.0 : 0.0); return; } c = v;"
        "if (at.y == iFrame % int(iResolution.y)) { float l = T(-1, -1).x, m = T(0, -1).x, r = T(1, -1).x; c = vec4(abs(l - max(m, r))); }"
    ),
    "average": alone(
        "float noise = hash(p + fract(float(iFrame) * 0.618) * 100.0);"
        "c = vec4(mix(v.rgb, vec3(u, 0.5) * step(noise, u.x + 0.2 * sin(9.0 * u.y)), 1.0 / float(iFrame + 1)), 1);"
    ),
    "echo": shows(
        "c = vec4(v.r, texelFetch(iChannel1, at, 0).r, texelFetch(iChannel2, at, 0).r, 1);",
        buffer("C", "c = v;", reads(0, "B")),
        buffer("B", "c = v;", reads(0, "A")),
        buffer("A", "c = vec4(smoothstep(0.02, 0.0, abs(u.y - 0.5 - 0.3 * sin(6.0 * u.x + 9.0 * iTime))));"),
        inputs=[*SELF, reads(1, "B"), reads(2, "C")],
    ),
    "zoom": alone(
        "vec2 q = (u - 0.5) * mat2(0.999, 0.02, -0.02, 0.999) * 0.98 + 0.5; vec3 before = texture(iChannel0, q).rgb;"
        "float ring = smoothstep(0.02, 0.0, abs(length(u - 0.5) - 0.1 - 0.05 * sin(iTime * 4.0)));"
        "c = vec4(before * vec3(0.99, 0.98, 0.995) + ring * (0.5 + 0.5 * cos(iTime + vec3(0, 2, 4))), 1);"
    ),
    "pendulum": alone(
        "if (iFrame == 0) { c = vec4(2.0, 0, 0, 0); return; } float w = v.y - 9.0 * sin(v.x) * iTimeDelta; c = vec4(v.x + w * iTimeDelta, w, v.zw);",
        "vec2 s = texelFetch(iChannel0, ivec2(0), 0).xy; vec2 d = u - 0.5 - 0.35 * vec2(sin(s.x), -cos(s.x));"
        "c = vec4(smoothstep(0.1, 0.08, length(d)), u, 1);",
    ),
    "particles": alone(
        "if (iFrame == 0) { c = vec4(hash(p), hash(p + 7.0), 0.0, 1.0); return; }"
        "vec2 pull = 0.5 + 0.3 * vec2(cos(iTime), sin(iTime)) - v.xy; c = vec4(v.xy + 0.02 * pull + 0.003 * vec2(-pull.y, pull.x), v.zw);",
        "vec3 sum = vec3(0); for (int i = 0; i < 24; i++) { vec2 d = u - texelFetch(iChannel0, ivec2(i * 5, i * 3), 0).xy;"
        " sum += vec3(1, 0.7, 0.4) * 0.0006 / (dot(d, d) + 0.0004); } c = vec4(sum, 1);",
    ),
    "alpha": alone("c = v.a == 0.0 ? vec4(u, 0, 1) : vec4(v.rgb, v.a + 1.0);", "c = vec4(v.rg, fract(v.a / 50.0), 1);"),
    "late-buffer": shows(
        "c = vec4(v.rgb, 1);",
        buffer("A", "c = vec4(0.9 * v.rgb + 0.1 * vec3(u, 0.5 + 0.5 * sin(iTime * 5.0)), 1);", reads(0, "D")),
        buffer("D", "c = T(1, 0);", reads(0, "A")),
    ),
    "discard": {
        "passes": [
            {
                "type": "image",
                "code": "void mainImage(out vec4 c, in vec2 p) { float x = mod(iTime * 90.0, iResolution.x);"
                " if (abs(p.x - x) > 3.0) discard; c = vec4(fract(iTime), p / iResolution.xy, 1); }",
            }
        ]
    },
    "grain": alone(
        "float grain = texture(iChannel1, u + fract(vec2(iFrame) * vec2(0.37, 0.73))).r; c = vec4(mix(v.rgb, vec3(grain, u), 0.08), 1);",
    ),
}
"""Twenty-four of them, all but one with buffers."""
FEEDBACK["grain"]["passes"][0]["inputs"].append(reads(1, "rgba-noise-64", "texture", wrap="repeat"))
