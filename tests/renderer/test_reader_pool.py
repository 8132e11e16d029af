"""Code is read in processes of their own, which may be slow, end or be given up without harm to anybody."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from functions.renderer.chromium.browser import Browser
from functions.renderer.drawing.attempt import render
from functions.renderer.drawing.job import Job
from functions.renderer.glsl import reader_pool as reader_pool_module
from functions.renderer.glsl.instrument import Instrumented, instrument_loops
from functions.renderer.glsl.reader_pool import ReaderLost, ReaderPool
from functions.renderer.plan.project import Refused
from shared.renders.plan import Plan, read_plan
from tests.renderer.rendering import GOOD, POSTER, SMALL, Service, image, run


def reading(test: Callable[[ReaderPool], Awaitable[Any]], count: int = 1) -> Any:
    """Runs a test with readers that are ready, and sees that none is left."""

    async def go() -> Any:
        readers = ReaderPool(count)
        await readers.start()
        processes = set(readers._processes)
        try:
            return await test(readers)
        finally:
            processes |= readers._processes
            await readers.stop()
            assert all(process.returncode is not None for process in processes)

    return run(go())


def instead(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Another program for the readers that are started from now on."""
    prelude = "from functions.renderer.glsl import reader as p; import os, time; "
    monkeypatch.setattr(reader_pool_module, "ARGUMENTS", ("-E", "-s", "-S", "-B", "-c", prelude + program))


def test_reading_in_a_process_is_the_same_and_quick() -> None:
    project = {**image("while (p.x > 0.0) {}"), "params": [1, 2]}

    async def read(readers: ReaderPool) -> tuple[Instrumented, float]:
        found, seconds = await readers.read(project), list[float]()
        for _ in range(20):
            began = time.monotonic()
            found = await readers.read(project)
            seconds.append(time.monotonic() - began)
        return found, min(seconds)

    found, seconds = reading(read)
    assert found == instrument_loops(project)
    assert seconds < 0.02


@pytest.mark.parametrize("limit", ["p.CPU_SECONDS = 1e-3", "p.instrument_loops = lambda _: bytearray(1 << 30)"])
def test_code_that_takes_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    project = image("while (a) {}" + "({a=" * 120_000)
    normal = reader_pool_module.ARGUMENTS
    instead(monkeypatch, f"{limit}; p.main()")

    async def read(readers: ReaderPool) -> Instrumented:
        monkeypatch.setattr(reader_pool_module, "ARGUMENTS", normal)
        with pytest.raises(Refused, match="than is allowed"):
            await readers.read(project)
        return await readers.read(project)

    assert len(reading(read).loops) == 1, "its successor reads"


def test_process_that_hangs_is_killed_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    normal = reader_pool_module.ARGUMENTS
    instead(monkeypatch, "time.sleep(60)")

    async def read(readers: ReaderPool) -> float:
        monkeypatch.setattr(reader_pool_module, "ARGUMENTS", normal)
        began = time.monotonic()
        with pytest.raises(ReaderLost):
            await readers.read(GOOD)
        seconds = time.monotonic() - began
        assert (await readers.read(GOOD)).loops == []
        return seconds

    assert 0.9 < reading(read) < 1.0 + 2, "after a second, with slack for a busy machine"


def test_process_killed_by_somebody_is_not_the_fault_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(readers: ReaderPool) -> None:
        [process] = readers._processes
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        assert (await readers.read(GOOD)).loops == []

    reading(read)
    instead(monkeypatch, "p.receive = lambda source: os.kill(os.getpid(), 9); p.main()")

    async def lose(readers: ReaderPool) -> None:
        with pytest.raises(ReaderLost):
            await readers.read(GOOD)

    reading(lose)


def test_reading_that_is_given_up_leaves_no_answer_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(readers: ReaderPool) -> list[Any]:
        for _ in range(3):
            task = asyncio.create_task(readers.read(image("while (a) {}" + " " * 99_999)))
            await asyncio.sleep(0.001)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return (await readers.read(GOOD)).loops

    assert reading(read) == []


class Unused(Browser):
    """A browser that must not be asked for anything, and can do nothing."""

    call: Any = None

    def __init__(self) -> None:
        super().__init__(Path("1"))


@pytest.mark.parametrize(
    ("program", "reason"), [("p.CPU_SECONDS = 1e-3; p.main()", "refused"), ("time.sleep(60)", "browser_lost")]
)
def test_stream_of_code_that_is_not_read(monkeypatch: pytest.MonkeyPatch, program: str, reason: str) -> None:
    instead(monkeypatch, program)
    plan: Plan = read_plan(SMALL, 8.0)

    async def stream(readers: ReaderPool) -> list[bytes]:
        browser = Unused()
        records = render(browser, readers, Job(image("while (a) {}" + "({a=" * 120_000), plan, 8.0))
        lines = [line async for line in records]
        assert browser.lost.is_set()
        return lines

    [line] = reading(stream)
    end = json.loads(line)
    assert (end["record"], end["status"], end["reason"]) == ("end", "failed", reason)
    assert end["elapsed"] < 2


def test_unexpected_trouble_has_an_end_too() -> None:
    """The browser of this test has no `call`."""

    async def stream(readers: ReaderPool) -> list[bytes]:
        browser = Unused()
        return [line async for line in render(browser, readers, Job(GOOD, read_plan(SMALL, 8.0), 8.0))]

    [line] = reading(stream)
    assert json.loads(line)["reason"] == "browser_lost"


def test_hostile_macro_holds_up_nobody(service: Service) -> None:
    """Twenty thousand digits and a letter: 11 s of backtracking, once, for everybody."""
    code = (
        "#define N "
        + "1" * 20_000
        + "x\n"
        + "void mainImage(out vec4 c, in vec2 p) { c = vec4(p, 0, 1); for(int i=0;i<N;i++){} }"
    )
    project = {"passes": [{"type": "image", "code": code, "inputs": []}]}
    end = service.render(project, {"stills": [POSTER], "clip": None})["end"]
    assert end["status"] == "failed"
    assert end["elapsed"] < 2
