"""Compile errors land on the user's own lines; unsound documents are named for what they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.player.playing import Bench
from tests.player.projects import buffer, common, image, main, reads

FINE = main("vec4(1.0)")
CASES = Path(__file__).parents[1] / "cases"


def find_folders(errors: list[dict[str, Any]]) -> list[tuple[str, int]]:
    assert all(error["message"] for error in errors)
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
        ("ERROR: 1:21: 'x' : undeclared identifier\n\0", [("A", 12, "'x' : undeclared identifier")]),
        (
            "ERROR: 1:3: '' : syntax error\nERROR: 1:99: 'z' : bad",
            [("common", 3, "syntax error"), ("A", 20, "'z' : bad")],
        ),
        ("WARNING: 1:10: 'x' : unused\nERROR: 1:13: 'x' : no", [("A", 4, "'x' : no")]),
        ("ERROR: 0:12: 'x' : hidden", [("A", 1, "'x' : hidden")]),
        ("C:\\fakepath(9,7): error X3511: cannot unroll", [("A", 1, "C:\\fakepath(9,7): error X3511: cannot unroll")]),
        ("Too many samplers\nERROR: 1 compilation errors.  No code generated.\n", [("A", 1, "Too many samplers")]),
        ("", []),
        ("ERROR: 1:10: '\n' : a sentence\nWARNING: 1:11: 'x' : unused", [("A", 1, "'\\n' : a sentence")]),
        ("ERROR: 1:10: '' :  a: ERROR: 1:2: 'x' : b\n", [("A", 1, "a: ERROR: 1:2: 'x' : b")]),
        ("ERROR: 1:10: '' : \n", [("A", 1, "The compiler refuses this line, and gives no reason.")]),
        ("ERROR: 1:10: 'x' : no\n" * 3, [("A", 1, "'x' : no")]),
    ],
)
def test_logs_of_other_drivers(bench: Bench, log: str, expected: list[tuple[str, int, str]]) -> None:
    errors = bench.call("parseLog", log, "A", {"common": 9, "pass": 20})
    assert [(error["pass"], error["line"], error["message"]) for error in errors] == expected


def load_case(bench: Bench, name: str) -> list[dict[str, Any]]:
    text = (CASES / name).read_bytes().decode()
    return bench.load(json.loads(text) if name.endswith(".json") else image(text))


@pytest.mark.parametrize(
    ("name", "line", "column", "message", "source"),
    [
        ("bare-define.frag", 1, None, "'\\n' : unexpected token", "#define"),
        (
            "late-extension.frag",
            1,
            None,
            "'\\n' : extension directive must occur before any non-preprocessor tokens in ESSL3",
            "#extension GL_OES_standard_derivatives : enable",
        ),
        ("link-in-comment.frag", 4, 7, "Function glow() called by mainImage() is undefined", "float glow(float x);"),
        (
            "recursion-in-comment.frag",
            4,
            7,
            "Recursive function call in the following call chain: tree",
            "float tree(float n){",
        ),
        ("common-comment-backslash.json", 3, 15, "'nope' : undeclared identifier", " o=vec4(0,f()+nope,g(),1);"),
        ("quoted-line.frag", 4, 9, "'nope' : undeclared identifier", " o=vec4(nope);"),
    ],
)
def test_a_mistake_is_one_error_with_its_place(
    bench: Bench, name: str, line: int, column: int | None, message: str, source: str
) -> None:
    [error] = load_case(bench, name)
    assert error == {"pass": "image", "line": line, "column": column, "message": message, "source": source}


def test_a_backslash_at_the_end_of_common_joins_the_pass_to_it(bench: Bench) -> None:
    assert load_case(bench, "common-macro-backslash.json") == []
    assert bench.pixel() == [0, 255, 0, 255]


@pytest.mark.parametrize(
    "lines",
    [
        ["c = vec4(nope);"],
        ["float x = nope.x * 2.0;"],
        ["nope = 1.0;"],
        ["vec3 v = vec3(nope.xy, 1.0);"],
        ["float x = nope + nope * nope;"],
        ["foo x = 1.0;"],
        ["float x = two(1.0).x;"],
        ["vec3 v = two(1.0).xyz;"],
        ["vec2 a = p.xyz;"],
        ["float x = vec3(1.0);"],
        ["float x = \u00e9;"],
        ["float x = nope;", "", "float y = vec2(1.0);"],
        ["float x = nope.x;", "float y = nada.x;"],
        ["float x = two(1.0).x;", "int y = 1.0;"],
    ],
)
def test_a_mistake_is_told_once_and_two_on_two_lines_are_both_told(bench: Bench, lines: list[str]) -> None:
    code = "\n".join(["void mainImage(out vec4 c, in vec2 p) {", *lines, "c = vec4(1.0); }"])
    errors = bench.load(image(code))
    assert [error["line"] for error in errors] == [at for at, line in enumerate(lines, 2) if line], errors


def test_two_mistakes_of_a_line_that_do_not_follow_from_each_other_are_both_told(bench: Bench) -> None:
    errors = bench.load(image("void mainImage(out vec4 c, in vec2 p) { c = vec4(nope, nada, 1.0, 1.0); }"))
    assert [error["message"].split("'")[1] for error in errors] == ["nope", "nada"]


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [
        ("float f = /* nope */ nope;", 1, 22),
        ("float f = nope + nope;", 1, None),
        ("float f =\\\n nope;", 2, 2),
        ("/* \U0001f600\n*/ float f = nope; // nope", 2, 14),
        ("#define A nope\nfloat f = A;", 2, None),
        ("float nopes = 1.0; float f = nope;", 1, 30),
        ("float f = 1.0 \u00d7 2.0;", 1, 15),
    ],
)
def test_a_column_is_told_where_it_is_certain(bench: Bench, code: str, line: int, column: int | None) -> None:
    error, *_ = bench.load(image(f"{code}\n{FINE}"))
    assert (error["line"], error["column"]) == (line, column), error


def test_a_character_that_no_compiler_takes_is_named(bench: Bench) -> None:
    [error] = bench.load(image(f"float f = 1.0 \u00d7 2.0;\n{FINE}"))
    assert error["message"].startswith("'\u00d7' : invalid character")


@pytest.mark.parametrize(
    ("line", "column", "named"),
    [(" /* é */ float ü = 1.0;", 16, "'ü'"), ("float a = 1.0\u2028;", 14, "'U+2028'"), ("float\x07 a;", 6, "'U+0007'")],
)
def test_the_character_itself_is_named_and_no_line_ends_in_a_message(
    bench: Bench, line: str, column: int, named: str
) -> None:
    error = bench.load(image(f"{line}\n{FINE}"))[0]
    assert (error["line"], error["column"]) == (1, column)
    assert error["message"].startswith(named)


def test_of_a_long_line_the_part_with_the_error_is_quoted(bench: Bench) -> None:
    before, after = ("".join(f"\tfloat {name}{n} = 1.0;" for n in range(100)) for name in "ab")
    code = f"{before}float f = nope;{after}"
    [error] = bench.load(image(f"{code}\n{FINE}"))
    assert error["column"] == code.index("nope") + 1
    assert len(error["source"]) == 202
    assert error["source"][0] == error["source"][-1] == "\u2026"
    assert "float f = nope; float b0" in error["source"]


def test_a_link_error_in_common_is_told_once(bench: Bench) -> None:
    passes = [common("// glow()\nfloat glow(float x);\nfloat f() { return glow(1.0); }"), buffer("A", "vec4(f())")]
    [error] = bench.load(image("vec4(f())", before=passes))
    assert (error["pass"], error["line"], error["column"]) == ("common", 2, 7)
    assert "left open" not in error["message"]


@pytest.mark.parametrize("code", ["float f(float x) {\n return f(x - 1.0);\n}", "float f(float x);"])
def test_a_link_error_of_common_is_told_once_whoever_calls_it(bench: Bench, code: str) -> None:
    [error] = bench.load(
        image("vec4(f(1.0))", before=[common(code), buffer("A", "vec4(f(2.0))"), buffer("B", "vec4(1.0)")])
    )
    assert (error["pass"], error["line"], error["column"]) == ("common", 1, 7)
    assert "left open" not in error["message"]


def test_main_image_that_calls_itself_is_not_said_to_be_missing(bench: Bench) -> None:
    [error] = bench.load(image("void mainImage(out vec4 c, in vec2 p) { mainImage(c, p); }"))
    assert error["message"].startswith("Recursive")


def test_errors_without_end_are_not_all_told(bench: Bench) -> None:
    errors = bench.load(image("\n".join(["float f = nope;"] * 20_000) + FINE))
    assert len(errors) == 100


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
