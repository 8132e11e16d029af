"""Compile errors land on the user's own lines; unsound documents are named for what they are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.player.playing import Bench
from tests.player.projects import buffer, common, image, main, reads

FINE = main("vec4(1.0)")


def find_folders(errors: list[dict[str, Any]]) -> list[tuple[str, int]]:
    assert all(error["column"] is None and error["message"] for error in errors)
    return [(error["pass"], error["line"]) for error in errors]


@pytest.mark.parametrize(
    ("code", "line", "words"),
    [
        ("void mainImage(out vec4 c, in vec2 p) {\n  c = vec4(x);\n}", 2, "'x' : undeclared identifier"),
        ("// one\r\n// two\r\nvoid mainImage(out vec4 c, in vec2 p) {\r\n  c = vec4(x);\r\n}", 4, "undeclared"),
        ("// one\r// two\rvoid mainImage(out vec4 c, in vec2 p) {\r  c = vec4(x);\r}", 4, "undeclared"),
        ("#version 300 es\nvoid mainImage(out vec4 c, in vec2 p) {\n  c = vec4(x);\n}", 3, "undeclared"),
        ("#line 70\nvoid mainImage(out vec4 c, in vec2 p) {\n  c = vec4(x);\n}", 3, "undeclared"),
        ("// näive \u2713 \U0001f600\nvoid mainImage(out vec4 c, in vec2 p) {\n  c = vec4(x);\n}", 3, "undeclared"),
        ("void mainImage(out vec4 c, in vec2 p) {\n  c = vec4(1.0);", 2, "syntax error"),
        ("#error too old\n" + FINE, 1, "too old"),
        ("#if 1\n" + FINE, 1, "conditional"),
        ("float f(float x);\n\nvoid mainImage(out vec4 c, in vec2 p) {\n  c = vec4(f(1.0));\n}", 1, "undefined"),
        ("\nfloat f(float x) { return f(x); }\n" + main("vec4(f(1.0))"), 2, "Recursive"),
        ("uniform float lots[9000];\n" + main("vec4(lots[int(fragCoord.x)])"), 1, "uniforms"),
        ("\nuniform float iTime;\n" + FINE, 2, "redefinition"),
    ],
)
def test_an_error_names_the_users_line(bench: Bench, code: str, line: int, words: str) -> None:
    errors = bench.load(image(code))
    assert ("image", line) in find_folders(errors), errors
    assert any(words in error["message"] for error in errors), errors


@pytest.mark.parametrize(
    "code",
    [
        "",
        "// void mainImage(out vec4 c, in vec2 p) {}",
        "/* void mainImage(out vec4 c, in vec2 p) {}",
        "float mainImage2;",
        "void mainImage(out vec4 c) { c = vec4(1.0); }",
        "void main() { ; }",
    ],
)
def test_a_missing_main_image_is_one_clear_error(bench: Bench, code: str) -> None:
    project = {"passes": [{"type": "image", "code": code}]}
    (error,) = bench.load(project)
    assert (error["pass"], error["line"]) == ("image", 1)
    assert error["message"].startswith("mainImage is missing")


def test_non_ascii_comments_are_no_error(bench: Bench) -> None:
    assert bench.load(image("/* \u00e9\u2713\U0001f600 \\ */\n" + FINE + "// \u00fc")) == []


def test_an_error_in_common_is_reported_once_on_common(bench: Bench) -> None:
    passes = [common("\nfloat f() { return y; }"), buffer("A", "vec4(f())"), buffer("B", "vec4(f())")]
    errors = bench.load(image("vec4(f())", before=passes))
    assert find_folders(errors) == [("common", 2)]


@pytest.mark.parametrize("code", ["float f() {\n  return 1.0;\n", "float f() { return 1.0; }\n\n/* never closed"])
def test_something_left_open_in_common_is_not_blamed_on_the_pass(bench: Bench, code: str) -> None:
    errors = bench.load(image("vec4(f())", before=[common(code)]))
    assert find_folders(errors) == [("common", 3)]


def test_errors_of_all_passes_come_together(bench: Bench) -> None:
    project = image("vec4(x)", before=[buffer("B", "\nvec4(y)"), buffer("A", "vec4(1.0)")])
    assert sorted(find_folders(bench.load(project))) == [("B", 2), ("image", 1)]


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("ERROR: 2:12: 'x' : undeclared identifier\n\0", [("A", 12, "'x' : undeclared identifier")]),
        (
            "ERROR: 1:3: '' : syntax error\nERROR: 2:99: 'z' : bad",
            [("common", 3, "syntax error"), ("A", 20, "'z' : bad")],
        ),
        ("WARNING: 2:1: 'x' : unused\nERROR: 2:4: 'x' : no", [("A", 4, "'x' : no")]),
        ("ERROR: 0:12: 'x' : hidden", [("A", 1, "'x' : hidden")]),
        ("C:\\fakepath(9,7): error X3511: cannot unroll", [("A", 1, "C:\\fakepath(9,7): error X3511: cannot unroll")]),
        ("Too many samplers\nERROR: 1 compilation errors.  No code generated.\n", [("A", 1, "Too many samplers")]),
        ("", []),
    ],
)
def test_logs_of_other_drivers(bench: Bench, log: str, expected: list[tuple[str, int, str]]) -> None:
    errors = bench.call("parseLog", log, "A", {"common": 9, "pass": 20})
    assert [(error["pass"], error["line"], error["message"]) for error in errors] == expected


def two(*passes: dict[str, Any]) -> dict[str, Any]:
    return image("vec4(1.0)", before=list(passes))


@pytest.mark.parametrize(
    ("project", "where", "words"),
    [
        (None, "image", "list of passes"),
        ({"passes": "vec4"}, "image", "list of passes"),
        ({"passes": []}, "image", "no image pass"),
        ({"passes": [{"type": "image"}]}, "image", "no code"),
        (two({"type": "image", "code": FINE}), "image", "two passes"),
        (two(common(""), common("")), "common", "two passes"),
        (two(buffer("A", "vec4(1.0)"), buffer("A", "vec4(1.0)")), "A", "two passes"),
        (two({"type": "cubemap", "code": FINE}), "image", "cubemap"),
        (two({"type": "buffer", "name": "E", "code": FINE}), "image", '"E"'),
        (two(buffer("A", "vec4(1.0)", reads(4, "buffer", "A"))), "A", "channel"),
        (two(buffer("A", "vec4(1.0)", reads(0, "video"))), "A", "video"),
        (two(buffer("A", "vec4(1.0)", reads(0, "buffer", "E"))), "A", 'no buffer "E"'),
        (two(buffer("A", "vec4(1.0)", reads(0, "texture", "lava"))), "A", '"lava"'),
        (two(buffer("A", "vec4(1.0)", reads(1, "buffer", "A", wrap="tile"))), "A", "iChannel1: wrap"),
        (two(buffer("A", "vec4(1.0)", reads(1, "keyboard"), reads(1, "keyboard"))), "A", "two inputs"),
        (image("vec4(1.0)", params=[{"name": "iTime", "type": "float"}]), "image", '"iTime"'),
        (image("vec4(1.0)", params=[{"name": "a b", "type": "float"}]), "image", '"a b"'),
        (image("vec4(1.0)", params=[{"name": "a", "type": "text"}]), "image", "needs a type"),
    ],
)
def test_an_unsound_document_is_refused(bench: Bench, project: object, where: str, words: str) -> None:
    errors = bench.load(project)
    assert errors[0]["pass"] == where
    assert errors[0]["line"] == 1
    assert words in errors[0]["message"]
