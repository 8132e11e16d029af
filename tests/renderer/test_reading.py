"""How the code of a project is read: which loops are counted, and what that may cost."""

import time
from typing import Any

import pytest

from functions.renderer.glsl.instrument import Instrumented, Redefined, instrument_loops
from functions.renderer.plan.project import MAX_CODE_BYTES
from tests.renderer.rendering import image

LONG = 50_000
SECONDS = 0.25
"""Processor time for the worst sources; most take a tenth of it."""
LOOP = "for(int i=0;i<N;i++){}"
HOSTILE = {
    "digits": "#define N " + "1" * LONG + "x\n" + LOOP,
    "digits and points": "#define N " + "1." * (LONG // 2) + "x\n" + LOOP,
    "exponents": "const float N = " + "1e" * (LONG // 2) + ";" + LOOP,
    "constant of digits": "const int N = " + "1" * LONG + "x;" + LOOP,
    "digits in a header": "for(int i=" + "1" * 1_900 + "x;i<9;i++);" * 1 + LOOP,
    "identifier": LOOP + "a" * LONG,
    "identifiers": LOOP + "a " * (LONG // 2),
    "blanks before an assignment": LOOP + "i" + " " * LONG + "!",
    "increments": LOOP + "+" * LONG,
    "increments and blanks": LOOP + "++ " * (LONG // 3),
    "operators": LOOP + "i <" * (LONG // 3),
    "parentheses": LOOP + "(" * LONG,
    "closed parentheses": LOOP + "(" * (LONG // 2) + ")" * (LONG // 2),
    "nested headers": "for(" * 250 + ";" * 500 + ")" * 250,
    "many nested headers": ("for(" * 99 + ";;)" * 99) * 10,
    "parts of a header": "for(" + ";" * 1_900 + ")" + LOOP,
    "backslashes": LOOP + "for" + "\\" * LONG,
    "comment of backslashes": LOOP + "//" + "\\" * LONG,
    "comment of continued lines": LOOP + "//" + "\\\n" * (LONG // 2),
    "comments": LOOP + "//\n" * (LONG // 3),
    "open comments": LOOP + "/*" * (LONG // 2),
    "closed comments": LOOP + "/**/" * (LONG // 4),
    "slashes": LOOP + "/" * LONG,
    "stars": LOOP + "/" + "*" * LONG,
    "macros": LOOP + "#define N 1\n" * (LONG // 12),
    "hashes": LOOP + "#" * LONG,
    "hash and blanks": LOOP + ("#" + " " * 99) * (LONG // 100),
    "macro and blanks": "#define N" + " " * LONG + "x\n" + LOOP,
    "macro of minus signs": "#define N " + "-" * LONG + LOOP,
    "macro of lines": "#define N 1" + "\r" * LONG + "x" + LOOP,
    "constants": "const " * (LONG // 6) + LOOP,
    "constant and blanks": "const" + " " * LONG + "int N" + " " * LONG + "= 5 x" + LOOP,
    "qualifiers": "for(int" + " " * 1_900 + ";i<9;i++);" + LOOP,
    "conditions": "for(int i=0;i<9" + "&&a" * 600 + "||b;i++);" + LOOP,
    "blanks": LOOP + " " * LONG,
    "lines": LOOP + "\n" * LONG,
    "keyword and blanks": ("for" + " " * 500) * (LONG // 500),
    "do and blanks": "do " * 900 + ";" + " " * LONG,
    "do without end": "do " * 900 + "a" * LONG,
    "do and braces": "do{" * 900 + "}while(a)" * 900,
    "loops": "for(int i7=0;i7<N;i7++)a=b;" * 99 + "i7 " * (LONG // 3),
    "loops of their own": "".join(f"for(int i{n}=0;i{n}<{n};i{n}++)" for n in range(99)) + "a=b;" * (LONG // 4),
    "endless loops": "for(;;){" * 900 + ";" * LONG,
    "too many loops": "for(;;){" * (LONG // 8),
    "full stop digits": LOOP + "." * LONG,
    "characters beyond ASCII": LOOP + "\u0663" * LONG,
}


def probes_of(code: str) -> list[dict[str, Any]]:
    """Those that are drawn before anything else."""
    counted = instrument_loops({"passes": [{"type": "image", "code": code}]})
    return counted.probes[: counted.urgent]


def processor_time(project: dict[str, Any]) -> float:
    began = time.process_time()
    instrument_loops(project)
    return time.process_time() - began


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_is_linear(name: str) -> None:
    code = HOSTILE[name]
    common = {"type": "common", "code": code}
    assert processor_time(image(code)) < SECONDS
    assert processor_time({"passes": [common, *image(LOOP)["passes"]]}) < SECONDS
    assert processor_time({"passes": [common, *image(code)["passes"]]}) < 2 * SECONDS


@pytest.mark.parametrize(
    "unit", ["(", "{;", "1", "a=", "#define N 1\n", "++", "//\n", "\\", " ", "\n", "const int N=1;"]
)
def test_the_largest_code_is_read_within_the_limit(unit: str) -> None:
    """Half a megabyte in the passes together, with as many loops as are counted at all."""
    code = unit * (MAX_CODE_BYTES // 6 // len(unit)) + "while(a)b;" * 150
    buffers = [{"type": "buffer", "name": name, "code": code, "inputs": []} for name in "ABCD"]
    project = {"passes": [{"type": "common", "code": code}, *buffers, {"type": "image", "code": code}]}
    # The shortest of a few: whatever else the machine does makes processor time longer, too.
    assert min(processor_time(project) for _ in range(3)) < 2 * SECONDS


def test_more_passes_than_a_project_has_are_not_multiplied() -> None:
    passes = [{"type": "buffer", "name": "A", "code": "for(;;);" * 9} for _ in range(100)]
    assert instrument_loops({"passes": passes}) == Instrumented()


@pytest.mark.parametrize(
    "code",
    [
        "for (int i = 0; i < 100; i++) {}",
        "for(int i=0;i<100;i++){ for(int i=0;i<9;++i); }",
        "#define N 64\nfor (int i = 0; i < N; ++i) a;",
        "const float N = 5.; for (float i = 0.; i < N; i += .5) a;",
        "for (float i = 0., z = 0.; i < 1e2 && z < 9.; i += .5) z += i;",
        "for (int i = 10; i > 0; i--) {}",
        "// for (;;)\n/* while (true) */",
        "float format = before + whiles;",
        "#define N (64)  \r\nfor (int i = 0; i < N; i++) v.x += b[i];",
        "for (highp int i = 0; i <= 9; ++i) {}",
        "void f() { vec2 i = floor(p); } void g() { for (int i = 0; i < 9; i++) { float i = 1.; } }",
        "void f(out float a) { a = 1.; } void g() { for (int i = 0; i < 9; i++) f(b); h[i] = float(i + 1); }",
        "void f(out float a) { a = 1.; } void g() { for (int i = 0; i < 9; i++) { f(b); h(i, f(c)); } }",
    ],
)
def test_bounded_loops_cost_nothing(code: str) -> None:
    assert probes_of(code) == []


@pytest.mark.parametrize(
    "code",
    [
        "for (;;) {}",
        "while (a < b) a++;",
        "do a++; while (a < b);",
        "for (int i = 0; i < 10; i++) { i--; }",
        "for (int i = 10; i > 0; i++) {}",
        "for (int i = 0; i < n; i++) {}",
        "for (float i = 1e8; i < 2e8; i += 1.) {}",
        "for (int i = 0; i < 100000; i++) {}",
        "for (int i = 0; i < 10 && a < b || c; i++) {}",
        "#define LOOP while\nLOOP (true) {}",
        "for (int i = 0; i < 9; i++) { if (a) b; else --i; }",
        "for (int i = 0; i < 9; i++) { i <<= 1; }",
        "#ifdef A\n#define N 9\n#else\n#define N n\n#endif\nfor (int i = 0; i < N; i++) {}",
        "for (int i = 0; i < 0x7fffffff; i++) {}",
        "for (int i = 0; i < " + "9" * 90 + "; i++) {}",
        "for (uint n = 100u; n >= 0u; n--) {}",
        "for (uint n = 0u; n <= 4294967295u; n += 100000000u) {}",
        "for (int i = 0; i <= 2000000000; i += 2000000000) {}",
        "#define NEXT(x) x -= 1\nfor (int i = 0; i < 10; i++) { NEXT(i); }",
        "#define BACK i--\nfor (int i = 0; i < 10; i++) { BACK; }",
        "void back(inout int n) { n--; } void f() { for (int i = 0; i < 10; i++) back(i); }",
        "void back(inout int n) { n--; } void f() { for (int i = 0; i < 10; i++) a = h((1), back(min(j, k), i)); }",
        "void back(inout int n) { n--; }\n#define B back\nvoid f() { for (int i = 0; i < 10; i++) B(i); }",
        *(
            f"{macro}\nvoid f(inout int n) {{ n = 0; }} void g() {{ for (int i = 0; i < 9; i++) {call}; }}"
            for macro, call in [
                ("#define E", "f E (i)"),
                ("#define C(g) g(i)", "C(f)"),
                ("#define C(g, x) g(x)", "C(f, i)"),
                ("#define L (", "f L i)"),
            ]
        ),
        *(
            f"void g() {{ for (float i = 0.; i < 9.; i++) {{ {code}; }} }}"
            for code in ["(i) = 0.", "(i)--", "--(i)", "modf(-1.5, i)", "(i) -= 1."]
        ),
        "#define j i\nvoid g() { for (int i = 0; i < 9; i++) j = 0; }",
        "#define Q inout\nvoid f(Q int n) { n = 0; } void g() { for (int i = 0; i < 9; i++) f(i); }",
        "#define I int\nvoid f(inout I n) { n = 0; } void g() { for (int i = 0; i < 9; i++) f(i); }",
        "const int N = 9; void g() { int N = 2000000000; for (int i = 0; i < N; i++) a; }",
        "void back(inout int n[(3)]) { n--; } void f() { for (int i = 0; i < 10; i++) back(i); }",
        "for (int i = 0; i < 9; i++) for (int j = 0, k = i = 0; j < 5; j++) {}",
        "#define T\nfor (int i = 0; i < 10; i++) { T i = i - 1; }",
        "for (int i = 0; i < 10; i++) { if (a) b; else i = 0; }",
        "#define LOOP wh\\\nile\nLOOP (true) {}",
        "void g() { for (int i = 0; i < 9; i++) {\n#ifndef FAST\n i = 0;\n#endif\n} }",
        "void g() { for (int i = 0; i < 9; i++) {\n#pragma foo\n i = 0; } }",
    ],
)
def test_other_loops_are_tried(code: str) -> None:
    assert len(probes_of(code)) == 1


@pytest.mark.parametrize(
    "line", ["#define for while", "# define while(x) if (x)", "#undef do", "#def\\\nine for while"]
)
def test_keywords_are_no_macros(line: str) -> None:
    with pytest.raises(Redefined, match="Line 2 of image"):
        probes_of(f"// one\n{line}\nfor (;;) {{}}")


@pytest.mark.parametrize(
    "code",
    [
        "#define for(n) for(int i=0;i<n;i++)\nvoid f() { for(9) a; }",
        "#define for(x) for (x;;)\nvoid f() { for(int i=0) a; }",
        "#define while(x) while (x && true)\nvoid f() { for (int i = 0; i < 9; i++) a; }",
    ],
)
def test_macros_of_loops_are_no_keywords_replaced(code: str) -> None:
    """The player draws them, so they are read, and in doubt not taken for bounded."""
    assert len(probes_of(code)) == 1


def test_loop_in_a_macro_of_its_name_is_counted() -> None:
    [probe] = probes_of("#define for(n) for(int i=0;i<n;i++)\nvoid f() { for(9) a; }")
    [macro] = [line for line in probe["passes"][-1]["code"].split("\n") if line.startswith("#define for")]
    assert macro.startswith("#define for(n) for(int ff_once=0")
    assert macro.endswith("for(int i=0;ff_go(ff_iterations,1)&&(i<n);i++)")


@pytest.mark.parametrize("line", ["#define for(n) while(n)", "#define for for", "#define if(x) if (x)"])
def test_other_macros_of_keywords_are_refused(line: str) -> None:
    with pytest.raises(Redefined, match="Line 1 of image"):
        probes_of(f"{line}\nvoid f() {{}}")


@pytest.mark.parametrize("beside", ["while (a) {}", "for (;;) {}", "#define LOOP for (;;)"])
def test_a_loop_beside_a_macro_of_the_keyword_for_cannot_be_counted(beside: str) -> None:
    """Its counter would be a call of the macro, and the probe would not compile."""
    with pytest.raises(Redefined, match="Line 1 of image"):
        probes_of(f"#define for(n) for(int i=0;i<n;i++)\nvoid f() {{ for(9) a; }}\nvoid g() {{\n{beside}\n}}")


@pytest.mark.parametrize("macro", ["#define SET(a) (a)=0", "#define SET(a) --(a)", "#define SET(a) (a)++"])
def test_what_a_macro_of_common_assigns_to_in_brackets_may_be_the_counter(macro: str) -> None:
    passes = [{"type": "common", "code": macro}, {"type": "image", "code": "for(int i=0;i<5;i++){SET(i);}"}]
    assert instrument_loops({"passes": passes}).urgent == 1


def test_names_of_the_counters_are_not_taken() -> None:
    [probe] = probes_of("#define ff_go(iterations, loop) true\n#define ff_runaway 0\nfor (;;) {}")
    assert "for (;ff_go(" not in probe["passes"][-1]["code"]
    assert "_go(" in probe["passes"][-1]["code"]


def test_lines_are_counted_as_the_author_sees_them() -> None:
    counted = instrument_loops({"passes": [{"type": "image", "code": "#define A \\\n  1\n\nwhile (a) {}"}]})
    assert [loop.line for loop in counted.loops] == [4]


@pytest.mark.parametrize(
    ("common", "code", "expected"),
    [
        ("float a;\n// goes on \\", "while (a) {}\nwhile (b) {}", [("image", 2)]),
        ("float a; while (a) {}\n#define B \\\n 1 \\", "\nwhile (b) {}", [("common", 1), ("image", 2)]),
        ("float a;\n#define B \\\n while (a) {} \\", "while (b) {}", [("common", 3), ("image", 1)]),
        ("while (a) {}\n/* open\n while (b) {}", "while (c) {} */\nwhile (d) {}", [("common", 1), ("image", 2)]),
        ("#define A /*\n*/ while (a)", "A {} while (b) {}", [("common", 2), ("image", 1)]),
    ],
)
def test_what_is_open_at_the_end_of_common_goes_on_in_the_pass(
    common: str, code: str, expected: list[tuple[str, int]]
) -> None:
    counted = instrument_loops({"passes": [{"type": "common", "code": common}, {"type": "image", "code": code}]})
    assert [(loop.pass_name, loop.line) for loop in counted.loops] == expected
    assert counted.complete


def test_buffers_of_a_probe_have_their_common_as_plain_text() -> None:
    passes = [
        {"type": "common", "code": "// goes on \\"},
        {"type": "buffer", "name": "A", "code": "swallowed\nwhile (a) {}", "inputs": []},
        *image("c = vec4(1.0);")["passes"],
    ]
    [probe] = instrument_loops({"passes": passes}).probes
    assert probe["passes"][0]["code"] == "// goes on \\\nswallowed\nwhile (a) {}"


def test_bounded_loops_are_counted_where_that_is_asked_for() -> None:
    counted = instrument_loops(image("for (int i = 0; i < 300; i++) for (int j = 0; j < 300; j++) c += 1.;"))
    assert (counted.urgent, len(counted.probes), len(counted.loops)) == (0, 1, 2)


def test_loops_in_common_are_counted_for_every_pass() -> None:
    passes = [{"type": "common", "code": "void f() { while (a); }"}, *image("f();")["passes"]]
    counted = instrument_loops({"passes": passes})
    assert [loop.pass_name for loop in counted.loops] == ["common"]
    assert "ff_go(ff_iterations,1)" in counted.probes[0]["passes"][-1]["code"]


def test_headers_inside_headers_do_not_multiply() -> None:
    code = "while(" * 300 + "a" + ")" * 300
    [probe] = probes_of(code)
    assert len(probe["passes"][-1]["code"]) < 2 * len(code) + 1_000


def test_counting_keeps_the_code_otherwise() -> None:
    code = "void f() {\n  do { while (b) c; } while (x < 1);\n  for (;;) ;\n}"
    found = instrument_loops({"passes": [{"type": "image", "code": code}]})
    counted = found.probes[0]["passes"][-1]["code"]
    assert "while(ff_go" not in code
    assert [loop.line for loop in found.loops] == [2, 2, 3]
    assert "while (ff_go(ff_iterations,1)&&(x < 1))" in counted
    assert "for (;ff_go(ff_iterations,3);)" in counted


def rewritten(kind: str, loops: str) -> str:
    """The code of the image where it is written for drivers that end loops."""
    found = instrument_loops(image(loops))
    return getattr(found, kind)["passes"][-1]["code"]


def test_plainly_counted_loops_take_a_divisor_of_their_iterations_at_a_time() -> None:
    code = rewritten("long", "for (int i = 0; i < 300; i++) for (int j = 0; j < 250; j++) a += 1.0;")
    assert (
        "for (int i = 0; i < 300; i++) for (int j = 0; j < 250;)for(int ff_part=0;ff_part<10;ff_part++,j++) a" in code
    )


@pytest.mark.parametrize(
    "loop",
    [
        "for (int i = 0; i < 300; i++) { if (a > 9.0) break; a += 1.0; }",
        "for (int i = 0; i < 300 && a < 9.0; i++) a += 1.0;",
        "for (int i = 0; i < 307; i++) a += 1.0;",
        "for (float i = 0.0; i < 30.0; i += 0.1) a += 1.0;",
        "for (int i = 0; i < n; i++) a += 1.0;",
        "while (a < n) a += 1.0;",
    ],
)
def test_other_loops_check_their_condition_each_time(loop: str) -> None:
    assert "ff_part<4&&(" in rewritten("long", loop)


def test_loops_that_are_not_plainly_bounded_can_be_left_as_far_as_a_compiler_knows() -> None:
    code = rewritten("opened", "for (int i = 0; i < 9; i++) b; while (a < n) a += 1.0; for (;;) { break; }")
    assert "for (int i = 0; i < 9; i++)" in code
    assert "while ((a < n)&&ff_on())" in code
    assert "for (;ff_on();)" in code


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("for (;;) {}", True),
        ("while (true) {}", True),
        ("do {} while (1 < 2);", True),
        ("\n#define EVER true\nwhile (EVER) {}", True),
        ("const bool ever = true; while (ever) {}", True),
        ("while (a < 2.0) {}", False),
        ("for (int i = 0; i < n; i++) {}", False),
        ("for (int i = 0; i < 9; i++) {}", False),
    ],
)
def test_compilers_are_given_what_may_plainly_never_end_as_it_is(loop: str, expected: bool) -> None:
    assert instrument_loops(image(loop)).as_it_is is expected
