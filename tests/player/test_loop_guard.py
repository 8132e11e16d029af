"""Loops that drivers end are marked, and the loops of the project that is drawn then do what they did."""

from __future__ import annotations

from typing import Any

import pytest

from functions.renderer.glsl.instrument import Instrumented, instrument_loops
from tests.player.playing import Bench
from tests.player.projects import common, image

LOOPS = {
    "counting": "for (int i = 0; i < 60; i++) a += float(i);",
    "prime": "for (int i = 0; i < 61; i++) a += float(i);",
    "once": "for (int i = 0; i < 1; i++) a += 1.0;",
    "never": "for (int i = 9; i < 9; i++) a += 1.0;",
    "down": "for (int i = 60; i > 0; i -= 3) { a += float(i); }",
    "to the end": "for (int i = 0; i <= 59; i++) a += float(i);",
    "halves": "for (float i = 0.0; i < 30.0; i += 0.5) a += i;",
    "unknown": "for (int i = 0; i < int(fragCoord.x * 9.0); i++) a += float(i);",
    "more conditions": "for (int i = 0; i < 60 && a < 200.0; i++) a += float(i);",
    "continue": "for (int i = 0; i < 60; i++) { if (i % 3 == 0) continue; a += float(i); }",
    "break": "for (int i = 0; i < 60; i++) { if (i > 33) break; a += float(i); }",
    "break at once": "for (int i = 0; i < 60; i++) { break; }",
    "macro of break": "for (int i = 0; i < 60; i++) { if (i > 33) LEAVE; a += float(i); }",
    "return": "a += early(fragCoord.x);",
    "if and else": "for (int i = 0; i < 60; i++) if (i % 2 == 0) a += float(i); else { a -= 1.0; } a += 2.0;",
    "nested": "for (int i = 0; i < 6; i++) for (int j = 0; j < 6; j++) { a += float(i * j); }",
    "nested, left": "for (int i = 0; i < 9; i++) { for (int j = 0; j < 9; j++) { if (j > i) break; a += 1.0; } a += 2.0; }",
    "while": "int n = 0; while (n < 50) { n++; if (n == 7) continue; a += float(n); }",
    "while, counting": "int n = 50; while (n-- > 0) a += float(n);",
    "do": "int n = 0; do { a += float(n); } while (++n < 50);",
    "endless but for a break": "int n = 0; for (;;) { if (n++ > 40) break; a += float(n); }",
    "without a step": "for (int i = 0; i < 40;) { i += 3; a += float(i); }",
    "switch": "for (int i = 0; i < 12; i++) { switch (i) { case 3: a += 5.0; break; default: a += 1.0; } }",
    "two counters": "for (int i = 0, j = 9; i < 30; i++, j--) a += float(i * j);",
    "hidden": "REPEAT(30) a += 1.5;",
}
SETUP = """
#define LEAVE break
#define REPEAT(n) for (int i = 0; i < n; i++)
float early(float x) { for (int i = 0; i < 60; i++) { if (float(i) > x * 6.0) return float(i); } return -1.0; }
"""


def project(loops: str) -> dict[str, Any]:
    code = f"void mainImage(out vec4 c, in vec2 fragCoord) {{ float a = 0.0; {loops} c = vec4(fract(a / 997.0), fract(a), 0.5, 1.0); }}"
    return image(code, before=[common(SETUP)])


def pixels(bench: Bench, document: Any, **options: Any) -> list[int]:
    assert bench.call("load", document, options) == []
    return bench.call("pixels", {"time": 1, "width": 8, "height": 8})


@pytest.mark.parametrize("name", LOOPS)
@pytest.mark.parametrize("kind", ["opened", "long"])
def test_rewritten_loops_do_what_they_did(bench: Bench, kind: str, name: str) -> None:
    document = project(LOOPS[name])
    found: Instrumented = instrument_loops(document)
    rewritten = getattr(found, kind) or document
    assert pixels(bench, rewritten, guarded=True) == pixels(bench, document)


@pytest.mark.parametrize("loops", ["a += 1.0;", LOOPS["counting"], LOOPS["while"]])
def test_whole_pixels_are_not_marked(bench: Bench, loops: str) -> None:
    assert set(pixels(bench, project(loops), guarded=True)[3::4]) == {255}


def test_a_pixel_whose_loops_were_ended_is_marked(bench: Bench) -> None:
    """Where the driver does not end them the picture is the right one."""
    document = project("if (fragCoord.x > 4.0) for (int i = 0; i < 70000 + iFrame; i++) a += 0.25;")
    drawn = pixels(bench, document, guarded=True)
    alphas = {x: {drawn[4 * (8 * y + x) + 3] for y in range(8)} for x in (0, 7)}
    assert alphas[0] == {255} or alphas[0] <= {127, 128}, "lanes of a register are ended together"
    assert alphas[7] <= {127, 128} or alphas[7] == {255}
    if alphas[7] == {255}:
        assert abs(drawn[4 * 7] - 255 * (17_500 / 997 % 1)) < 2


def test_a_buffer_whose_loops_were_ended_is_marked(bench: Bench) -> None:
    long = (
        "void mainImage(out vec4 c, in vec2 p) { c = vec4(0.0); for (int i = 0; i < 70000 + iFrame; i++) c += 1e-5; }"
    )
    passes = [{"type": "buffer", "name": "A", "code": long, "inputs": []}]
    inputs = [{"channel": 0, "kind": "buffer", "source": "A", "sampler": {"filter": "nearest"}}]
    document = image("texelFetch(iChannel0, ivec2(0), 0)", *inputs, before=passes)
    drawn = pixels(bench, document, guarded=True)
    assert bench.call("hasCutBuffers") or abs(drawn[0] - 178) < 3
    assert pixels(bench, image("vec4(1.0)", before=[{**passes[0], "code": long.replace("70000", "70")}]), guarded=True)
    assert not bench.call("hasCutBuffers")
