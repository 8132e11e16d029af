"""Shaders and processes that misbehave."""

import io
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError

import pytest
from PIL import Image

from tests.renderer.rendering import (
    BRIEF,
    GOOD,
    HEAVY,
    POSTER,
    ROOT,
    SMALL,
    Service,
    alive,
    image,
    processes,
    project,
    until,
)

Start = Callable[..., Service]
CASES = ROOT / "tests" / "cases"
MARGIN = 1.0
"""Seconds that a deadline may be overrun, by the renderer's own clock."""
WAITING = 10.0
"""Seconds that it may take beside to start a browser and draw, on a machine that does much else."""

ENDLESS = {
    "for": "for (;;) {} c = vec4(1.0);",
    "while": "float a = 0.0; while (true) { a += 0.1; } c = vec4(a);",
    "do": "float a = 0.0; do { a += 0.1; } while (a > -1.0); c = vec4(a);",
    "counting down": "int n = 9; float a = 0.0; while (n != 10) { n += 2; a += sin(a); } c = vec4(a);",
    "standing still": "float a = 0.0; for (float i = 1e8; i < 2e8; i += 1.0) a += 1e-5; c = vec4(a);",
    "counter turned back": "float a = 0.0; for (int i = 0; i < 10; i++) { a += 0.1; i--; } c = vec4(a);",
    "in some pixels": "float a = 0.0; if (p.x < 99.0) while (a > -1.0) a += 0.1; c = vec4(a);",
    "from then on": "float a = 0.0; if (iTime > 3.5) while (a > -1.0) a += 0.1; c = vec4(a);",
}
ENDING = {
    "20,000 iterations": "float a = 0.0; int n = 0; while (n < 20000) { a += 0.0001; n++; } c = vec4(a / 2.0);",
    "nested": "float a = 0.; int n = 0; while (n++ < 200) { int m = 0; do a += 2e-5; while (++m < 200); } c = vec4(a);",
    "entered often": """float a = 0.0;
        for (int i = 0; i < 500; i++) { int n = 0; for (;;) { a += 1e-5; if (n++ > 99) break; } }
        c = vec4(a);""",
    "march": """float t = 0.0;
        for (int i = 0; i < 256; i++) { float d = 5.0 - t; if (d < 0.01) break; t += d * 0.5; }
        c = vec4(t / 5.0);""",
    "in a macro": """
        #define TURN(n) while (n > 0.0)
        float a = 9.0, b = 0.0; TURN(a) { a -= 0.5; b += 0.05; } c = vec4(b);""",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_loop_is_no_picture(service: Service, name: str) -> None:
    made = service.render(image(ENDLESS[name]))
    assert list(made) == ["end"]
    assert (made["end"]["status"], made["end"]["reason"]) == ("failed", "deadline")
    assert "line 1 of image" in made["end"]["detail"]


def test_endless_loop_in_a_buffer(service: Service) -> None:
    endless = "void mainImage(out vec4 c, in vec2 p) { float a = 1.0;\n while (a > 0.0) a += 1.0;\n c = vec4(a); }"
    buffer = {"type": "buffer", "name": "B", "code": endless, "inputs": []}
    inputs = [{"channel": 0, "kind": "buffer", "source": "B"}]
    show = "void mainImage(out vec4 c, in vec2 p) { c = texelFetch(iChannel0, ivec2(p), 0); }"
    made = service.render(project(show, buffer, inputs=inputs))
    assert made["end"]["reason"] == "deadline"
    # A driver that hangs in the other passes' probes is stopped from outside, and nobody can say where it was.
    detail = made["end"]["detail"]
    assert detail.startswith("The loop in line 2 of B does not end") or detail == "No picture within 8 s."


def test_endless_loop_in_common(service: Service) -> None:
    common = {"type": "common", "code": "float f(float a) {\n  while (a > 0.0) a += 1.0;\n  return a;\n}"}
    made = service.render(project("void mainImage(out vec4 c, in vec2 p) { c = vec4(f(p.x)); }", common))
    assert made["end"]["reason"] == "deadline"
    assert made["end"]["detail"].startswith("The loop in line 2 of common does not end")


@pytest.mark.parametrize("name", ENDING)
def test_loop_that_ends_is_drawn(service: Service, name: str) -> None:
    made = service.render(image(ENDING[name]), SMALL)
    assert made["end"]["status"] == "done"
    assert Image.open(io.BytesIO(made["poster"]["data"])).convert("RGB").getpixel((9, 9))[0] > 100


def test_deadline_is_kept_and_the_next_render_is_well(strict_service: Service) -> None:
    began = time.monotonic()
    end = strict_service.render(HEAVY, BRIEF)["end"]
    assert (end["status"], end["reason"]) == ("failed", "deadline")
    assert 2 <= end["elapsed"] < 2 + MARGIN
    assert strict_service.render(GOOD, SMALL)["end"]["status"] == "done"
    assert time.monotonic() - began < 2 + MARGIN + WAITING


LONG = {
    "nested": (100_000, "for (int i = 0; i < 100; i++) for (int j = 0; j < 1000; j++) a += 1.0;"),
    "left early": (70_700, "for (int i = 0; i < 700; i++) { int n = 0; for (;;) { a += 1.0; if (n++ > 99) break; } }"),
    "in a row": (120_000, "for (int i = 0; i < 60000; i++) a += 1.0; for (int i = 0; i < 60000; i++) a += 1.0;"),
    "alone": (80_000, "for (int i = 0; i < 80000; i++) a += 1.0;"),
    "while": (90_000, "int n = 0; while (n < 90000) { n++; a += 1.0; }"),
    "on the right": (250_000, "if (p.x > 200.0) for (int i = 0; i < 500; i++) for (int j = 0; j < 500; j++) a += 1.0;"),
}
MEDIUM = {"stills": [{**POSTER, "width": 256, "height": 144}], "clip": None}


def red(made: dict[str, Any], x: int, y: int) -> int:
    return Image.open(io.BytesIO(made["poster"]["data"])).convert("RGB").getpixel((x, y))[0]


@pytest.mark.parametrize("name", LONG)
def test_long_loops_are_drawn_to_their_end(service: Service, name: str) -> None:
    """Some llvmpipes end all loops of a pixel together after 65,535 iterations, and would show what they have by then."""
    count, loops = LONG[name]
    made = service.render(image(f"float a = 0.0; {loops} c = vec4(fract(a * 1e-5), p / iResolution.xy, 1.0);"), MEDIUM)
    assert made["end"]["status"] == "done", made["end"]
    assert abs(red(made, 250, 9) - 255 * (count / 1e5 % 1)) < 9


def test_long_loops_of_a_buffer_are_drawn_to_their_end(service: Service) -> None:
    long = "void mainImage(out vec4 c, in vec2 p) { c = vec4(0.0); for (int i = 0; i < 80000; i++) c += 1e-5; }"
    buffer = {"type": "buffer", "name": "A", "code": long, "inputs": []}
    inputs = [{"channel": 0, "kind": "buffer", "source": "A"}]
    show = "void mainImage(out vec4 c, in vec2 p) { c = vec4(texelFetch(iChannel0, ivec2(p), 0).x, p / 256.0, 1.0); }"
    plan = {"stills": [{**POSTER, "time": 0.0, "width": 128, "height": 72}], "clip": None}
    made = service.render(project(show, buffer, inputs=inputs), plan)
    assert made["end"]["status"] == "done", made["end"]
    assert abs(red(made, 9, 9) - 204) < 9


def test_many_turns_are_slow_and_not_endless(service: Service) -> None:
    code = (CASES / "many-turns.frag").read_text()
    made = service.render(project(code), {"stills": [POSTER], "clip": None})
    assert made["end"]["status"] == "done", made["end"]
    assert abs(red(made, 9, 9) - 127) < 9


def test_more_iterations_than_can_be_drawn_are_too_heavy_at_a_cost(service: Service) -> None:
    code = "float a = 0.0; for (int i = 0; i < 3000; i++) for (int j = 0; j < 3000; j++) a += sin(a); c = vec4(a);"
    end = service.render(image(code), MEDIUM)["end"]
    assert (end["status"], end["reason"]) == ("failed", "too_heavy")
    assert "s of processor time" in end["detail"]


HIDDEN = {
    "keyword of a macro": "#define ROUND while\n#define FOREVER ROUND (a > -1.0)\n",
    "renamed back": "#undef mainImage\n#define FOREVER while (a > -1.0)\n",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_endless_loops_that_cannot_be_counted_are_no_picture(service: Service, name: str) -> None:
    code = HIDDEN[name] + "void mainImage(out vec4 c, in vec2 p) { float a = p.x; FOREVER { a += 0.1; } c = vec4(a); }"
    end = service.render(project(code), MEDIUM)["end"]
    # A driver that never ends the loop is stopped from outside.
    assert (end["status"], end["reason"]) == ("failed", "deadline")
    assert "macros hide" in end["detail"] or end["elapsed"] > 7


def test_default_deadline_ends_a_slow_picture(own_service: Start) -> None:
    """A shader whose small pictures are soon drawn and whose poster takes half a minute."""
    hostile = own_service(RENDERER_BROWSERS="1")
    began = time.monotonic()
    made = hostile.render(HEAVY)
    assert list(made) == ["fit", "end"]
    assert (made["end"]["status"], made["end"]["reason"]) == ("failed", "deadline")
    assert 8 <= made["end"]["elapsed"] < 8 + MARGIN
    ended = time.monotonic()
    assert ended - began < 8 + WAITING
    assert hostile.render(GOOD)["end"]["status"] == "done"
    assert time.monotonic() - ended < WAITING


def test_compile_bomb(strict_service: Service) -> None:
    functions = ["float f0(float x) { return sin(x * 1.1) + cos(x); }"]
    functions += [
        f"float f{n}(float x) {{ return {' + '.join(f'f{n - 1}(x * {k}.3)' for k in range(8))}; }}"
        for n in range(1, 12)
    ]
    bomb = project("\n".join(functions) + "\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(f11(p.x)); }")
    end = strict_service.render(bomb, BRIEF)["end"]
    assert end["status"] == "failed"
    assert end["reason"] in ("deadline", "too_heavy"), "final at once: it would end the same way again"
    assert end["elapsed"] < 2 + MARGIN
    assert strict_service.render(GOOD, SMALL)["end"]["status"] == "done"


@pytest.mark.parametrize("kind", ["", "gpu-process", "renderer"])
def test_killed_chromium_is_said_to_be_lost(service: Service, kind: str) -> None:
    with ThreadPoolExecutor() as threads:
        pending = threads.submit(service.render, HEAVY)
        until(lambda: service.health()["busy"] == 1, 5, "the render has begun")
        time.sleep(0.3)
        for process in service.chromium(kind):
            os.kill(process.pid, signal.SIGKILL)
        made = pending.result(15)
    assert (made["end"]["status"], made["end"]["reason"]) == ("failed", "browser_lost")
    assert set(made) <= {"fit", "end"}
    assert service.render(GOOD, SMALL)["end"]["status"] == "done"


def test_pages_killed_while_they_start_are_replaced(own_service: Start) -> None:
    """Of some, Playwright never hears that they are dead."""
    service, killed = own_service(RENDERER_BROWSERS="1"), set[int]()

    def kill_two() -> bool:
        for process in service.chromium("renderer"):
            killed.add(process.pid)
            with suppress(ProcessLookupError):  # it may go with its browser
                os.kill(process.pid, signal.SIGKILL)
        return len(killed) >= 2

    until(kill_two, 20, "the pages of two browsers were killed, the second while it started")
    began = time.monotonic()
    assert service.render(GOOD, SMALL)["end"]["status"] == "done"
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_of_a_service(own_service: Start, signum: int) -> None:
    """Also while the GPU process is deep in its work."""
    ending = own_service(MAX_RENDER_DURATION="2")
    until(lambda: ending.health()["idle"] == 2, 15, "both browsers are ready")
    worker, groups = ending.worker, ending.groups()
    readers = {process.pid for process in processes() if process.parent == worker and "glsl.reader" in process.command}
    assert len(readers) == 2
    assert len(groups) == 2
    render = threading.Thread(target=lambda: _ignore(ending.render, HEAVY, BRIEF))
    render.start()
    until(lambda: ending.health()["busy"] == 1, 5, "the render has begun")
    ending.process.send_signal(signum)
    if signum == signal.SIGKILL:
        os.kill(worker, signal.SIGKILL)
    else:
        ending.process.wait(10)
    until(lambda: not alive(groups), 5, "no Chromium is left")
    until(lambda: not readers & {process.pid for process in processes()}, 5, "no source reader is left")
    render.join(10)


def _ignore(function: Callable[..., Any], *arguments: Any) -> None:
    try:
        function(*arguments)
    except (OSError, ValueError, HTTPException):
        return


def test_queue_is_bounded(strict_service: Service) -> None:
    with ThreadPoolExecutor() as threads:
        first = threads.submit(strict_service.render, HEAVY, BRIEF)
        until(lambda: strict_service.health()["busy"] == 1, 5, "the first one is at work")
        second = threads.submit(strict_service.render, GOOD, SMALL)
        time.sleep(0.3)
        with pytest.raises(HTTPError) as refused:
            strict_service.render(GOOD, SMALL)
        assert refused.value.code == 503
        assert int(refused.value.headers["Retry-After"]) >= 1
        assert refused.value.headers["Content-Type"] == "application/problem+json"
        refused.value.close()
        assert first.result()["end"]["reason"] == "deadline"
        assert second.result()["end"]["status"] == "done"


def test_client_that_leaves_frees_its_browser(service: Service) -> None:
    first = {**POSTER, "width": 16, "height": 16, "time": 0.0, "name": "first"}
    stream = service.stream(HEAVY, {"stills": [first, POSTER], "clip": None})
    assert [next(stream)["record"], next(stream)["record"], next(stream)["name"]] == ["fit", "facts", "first"]
    assert service.health()["busy"] == 1
    stream.close()
    until(lambda: service.health()["busy"] == 0, 5, "the browser is free again")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"project": 1}',
        b'{"project": {"passes": []}, "plan": {}}',
        b"[" * 100_000,
        b'{"plan": NaN}',
        b"\xff",
    ],
)
def test_bad_bodies(service: Service, body: bytes) -> None:
    with pytest.raises(HTTPError) as refused:
        service.open("/render", body)
    assert refused.value.code == 400
    assert refused.value.headers["Content-Type"] == "application/problem+json"
    refused.value.close()


def test_too_much_code_is_refused(service: Service) -> None:
    end = service.render(project("// " + "x" * 600_000))["end"]
    assert (end["status"], end["reason"]) == ("failed", "refused")
    assert "limit" in end["detail"]
