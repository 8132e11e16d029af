"""Hostile projects that are made rather than kept: too large for a file, or more than one pass."""

from collections.abc import Callable, Iterator
from typing import Any

Project = dict[str, Any]
MADE: list[tuple[str, str, Callable[[], Project]]] = []
"""Name, allowed endings as files write them, and what makes the project."""

SLOW = "deadline|too_heavy"
BOMB = "deadline|too_heavy|browser_lost|compile_error|refused"
MAIN = "void mainImage(out vec4 c, in vec2 p)"
BUFFERS = "ABCD"


def made(name: str, expect: str) -> Callable[[Callable[[], Project]], Callable[[], Project]]:
    """Enters a project."""

    def enter(make: Callable[[], Project]) -> Callable[[], Project]:
        MADE.append((name, expect, make))
        return make

    return enter


def project(code: str, *others: dict[str, Any], inputs: Any = ()) -> Project:
    """A project with this image pass."""
    return {"passes": [*others, {"type": "image", "code": code, "inputs": list(inputs)}]}


def body(statements: str) -> Project:
    """An image of these statements."""
    return project(f"{MAIN} {{ {statements} }}")


def reading(*sources: str, **sampler: str) -> list[dict[str, Any]]:
    """Inputs from buffers, channel after channel."""
    return [
        {"channel": at, "kind": "buffer", "source": name} | ({"sampler": sampler} if sampler else {})
        for at, name in enumerate(sources)
    ]


def buffers(code: str, **sampler: str) -> Iterator[dict[str, Any]]:
    """All four buffers, each of which reads all four."""
    inputs = reading(*BUFFERS, **sampler)
    return ({"type": "buffer", "name": name, "code": code, "inputs": inputs} for name in BUFFERS)


@made("endless-5", SLOW)
def endless_in_buffer() -> Project:
    """The image is innocent, and so does the loop look: a macro of Common turns its counter back."""
    common = {"type": "common", "code": "#define NEXT(x) x -= 1", "inputs": []}
    code = f"{MAIN} {{\n  float a = 1.0;\n  for (int i = 0; i < 10; i++) {{ a += 0.1; NEXT(i); }}\n  c = vec4(a);\n}}"
    hang = {"type": "buffer", "name": "B", "code": code, "inputs": []}
    return project(f"{MAIN} {{ c = texelFetch(iChannel0, ivec2(p), 0); }}", common, hang, inputs=reading("B"))


@made("macrobomb-1", BOMB)
def macro_bomb() -> Project:
    """A thousand million terms in thirty lines."""
    lines = ["#define M0 sin(p.x) + "]
    lines += [f"#define M{level} {f'M{level - 1} ' * 8}" for level in range(1, 11)]
    return project("\n".join([*lines, f"{MAIN} {{ c = vec4(M10 1.0); }}"]))


@made("inlinebomb-1", BOMB)
def inline_bomb() -> Project:
    """Eight calls a level, each of which drivers write out."""
    lines = ["float f0(float x) { return sin(x * 1.1) + cos(x); }"]
    for level in range(1, 12):
        calls = " + ".join(f"f{level - 1}(x * {at}.3)" for at in range(8))
        lines.append(f"float f{level}(float x) {{ return {calls}; }}")
    return project("\n".join([*lines, f"{MAIN} {{ c = vec4(f11(p.x)); }}"]))


@made("statements-1", f"done|{BOMB}")
def statement_flood() -> Project:
    """Ends, and is harmless where the compiler is quick."""
    return body("float a = p.x;\n" + "".join(f"a=sin(a*{n}.+iTime);\n" for n in range(20_000)) + "c = vec4(a);")


@made("source-1", "refused")
def megabyte() -> Project:
    """Of code, not of comments."""
    line = "float unused_%06d(float x) { return x * 3.14159265358979; }\n"
    return project("".join(line % n for n in range(1 << 14)) + f"{MAIN} {{ c = vec4(1.0); }}")


@made("nul-1", "refused|malformed|compile_error")
def nul() -> Project:
    """Where C would see the end of the text."""
    return project(f"{MAIN} {{ c = vec4(1.0); }}\0 for (;;) {{}}")


@made("surrogate-1", "refused|malformed|compile_error")
def surrogate() -> Project:
    """JSON can say it, UTF-8 cannot."""
    return project(f"// \ud800 and \udfff\n{MAIN} {{ c = vec4(1.0); }}")


@made("nesting-1", "compile_error|browser_lost|refused|deadline|too_heavy")
def deep_nesting() -> Project:
    """Brackets, blocks and branches, thousands deep."""
    deep = 4_000
    brackets = f"float a = {'(' * deep}p.x{')' * deep};"
    blocks = "if (a > 0.0) { " * deep + "a += 1.0;" + " }" * deep
    return body(f"{brackets} {blocks} c = vec4(a {'? a : (a' * deep}{')' * deep});")


@made("uniforms-1", "compile_error|browser_lost")
def uniform_flood() -> Project:
    """More than any driver has registers for."""
    count = 6_000
    declared = "\n".join(f"uniform mat4 u{n};" for n in range(count))
    return project(f"{declared}\n{MAIN} {{ c = vec4(0.0); {' '.join(f'c += u{n}[0];' for n in range(count))} }}")


@made("constants-1", f"done|{BOMB}")
def constant_flood() -> Project:
    """An expression of 30,000 terms for the compiler to fold, and a table of as many numbers."""
    total = " + ".join(f"sin({n}.0) * {n}.5" for n in range(15_000))
    table = ", ".join(f"{n}.0" for n in range(15_000))
    constants = f"const float total = {total};\nconst float table[15000] = float[15000]({table});"
    return project(f"{constants}\n{MAIN} {{ c = vec4(total * table[int(p.x * 40.0)]); }}")


@made("identifiers-1", "compile_error|browser_lost")
def long_identifiers() -> Project:
    """Names of 100,000 letters."""
    name = "a" * 100_000
    return project(f"float {name} = 1.0;\n#define {name.upper()} {name}\n{MAIN} {{ c = vec4({name.upper()}); }}")


@made("switch-1", f"done|{BOMB}")
def switch_flood() -> Project:
    """Ten thousand cases that fall through."""
    cases = "\n".join(f"case {n * 7}: a += sin(a * {n}.0);" for n in range(10_000))
    return body(f"float a = 0.0;\nswitch (int(p.x * p.y)) {{\n{cases}\ndefault: a += 1.0;\n}}\nc = vec4(a);")


@made("memory-1", f"done|{BOMB}")
def memory_bomb() -> Project:
    """Four float buffers with mipmaps, and as many variables for every pixel at work as may be declared."""
    code = f"""vec4 dig(vec2 p) {{
  vec4 own[MUCH];
  for (int i = 0; i < MUCH; i++) own[(i * 7919 + int(p.x)) % MUCH] = textureLod(iChannel0, p * float(i), 3.0);
  return own[int(p.x * p.y) % MUCH] + own[iFrame];
}}
{MAIN} {{
  c = texture(iChannel1, p) + texture(iChannel2, p) + texture(iChannel3, p);
  {" ".join(f"c += dig(p + {n}.0);" for n in range(16))}
}}""".replace("MUCH", "4000")
    return project(code, *buffers(code, filter="mipmap"), inputs=reading(*BUFFERS, filter="mipmap"))


@made("feedback-1", "done")
def restless_feedback() -> Project:
    """Grows without bound into infinities and back; each frame is another."""
    code = f"""{MAIN} {{
  vec4 a = texelFetch(iChannel0, ivec2(p), 0), b = texelFetch(iChannel3, ivec2(p.yx), 0);
  c = iFrame < 1 ? vec4(p, 1.0, 0.5) : a * a.wxyz * 3.7 - b.yzwx / (a - a.x) + sin(b * 1e9);
}}"""
    return project(f"{MAIN} {{ c = fract(texelFetch(iChannel0, ivec2(p), 0)); }}", *buffers(code), inputs=reading("D"))
