"""Source text is read alike by Python, by the player and by the driver, so that all tell of the same lines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.texts import TEXTS
from tests.player.playing import Bench
from tests.player.projects import common, image, main

FINE = main("vec4(1.0)")
GLSL = [case for case in TEXTS if "without end" not in case["what"]]


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case["what"])
def test_text_is_read_as_the_renderer_reads_it(bench: Bench, case: dict[str, Any]) -> None:
    text = bench.call("read", case["source"])
    assert text["code"] == case["code"]
    assert [line for line, _ in text["places"]] == case["lines"]


@pytest.mark.parametrize("case", GLSL, ids=lambda case: case["what"])
def test_the_driver_counts_the_same_lines(bench: Bench, case: dict[str, Any]) -> None:
    """Nothing but the last line is looked at by the compiler; directives in what is left out are not carried out."""
    code = f"{FINE}\n#if 0\n{case['source']}\n\n#endif\nint wrong = 1.0;"
    last = code.count("\n") + 1
    [error] = bench.load(image(code))
    assert (error["pass"], error["line"], error["source"]) == ("image", last, "int wrong = 1.0;")


@pytest.mark.parametrize("case", GLSL, ids=lambda case: case["what"])
def test_the_driver_counts_the_same_lines_behind_common(bench: Bench, case: dict[str, Any]) -> None:
    before = common(f"#if 0\n{case['source']}")
    [error] = bench.load(image(f"\n\n#endif\n{FINE}\nint wrong = 1.0;", before=[before]))
    assert (error["pass"], error["line"], error["source"]) == ("image", 5, "int wrong = 1.0;")


@pytest.mark.parametrize(
    "directive",
    [
        "#line 70",
        "  # line 70 5",
        "/* a\nb */ #/**/line 70",
        "#li\\\nne 70",
        "#line \\\n70",
        "#version 100",
        "#version /* a\n */ 310 es",
        "/*\n#line 70 */ // and the end of the comment stays",
        "// \\\n#line 70",
    ],
)
def test_directives_of_the_users_own_that_count_lines_do_nothing(bench: Bench, directive: str) -> None:
    code = f"{directive}\n{FINE}\nint wrong = 1.0;"
    [error] = bench.load(image(code))
    assert (error["line"], error["source"]) == (code.count("\n") + 1, "int wrong = 1.0;")


def test_text_that_only_looks_like_a_directive_stays(bench: Bench) -> None:
    assert bench.load(image(f"#define line 1.0\n#define A(x) x\nfloat f = A(\nline);\n{FINE}")) == []
