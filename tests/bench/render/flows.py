"""Throughput: jobs a minute while as many are always asked for as there are browsers, and what the processors do meanwhile."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

import psutil

from shared.renders.plan import Plan
from tests.bench.render.inputs import Shader
from tests.bench.render.processes import read_service, spent
from tests.bench.render.renderer import Done, Service


@dataclass(frozen=True, slots=True)
class Mode:
    """reuse: jobs a browser. owners: whom the jobs belong to by turns, 0: nobody."""

    reuse: int
    owners: int


MODES = {
    "a browser a job": Mode(1, 1),
    "one owner": Mode(16, 1),
    "eight owners by turns": Mode(16, 8),
    "anonymous": Mode(16, 0),
}


@dataclass(frozen=True, slots=True)
class Flow:
    """jobs and seconds; CPU-seconds of the whole machine, and of those what starting, compiling, drawing and the service took.

    What is left is the page's own work and the rest of the browser's processes.
    """

    jobs: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    starting: float = 0.0
    compiling: float = 0.0
    drawing: float = 0.0
    service: float = 0.0

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(*(sum(pair) for pair in zip(astuple(self), astuple(other), strict=True)))

    @property
    def per_minute(self) -> float:
        """Jobs a minute."""
        return 60 * self.jobs / self.seconds


async def measure_flow(service: Service, shaders: Sequence[Shader], plan: Plan, span: float, mode: Mode) -> Flow:
    """Those begun in the span are finished. Raises Failed."""
    start_cpu, made = await service.start_cpu(), service.pool.made
    began, busy, own = time.monotonic(), _busy(), read_service()
    queue = _until(began + span, shaders)
    turns = itertools.count()

    async def work() -> list[Done]:
        return [await service.run(item.name, item.project, plan, _owner(next(turns), mode)) for item in queue]

    done = sum(await asyncio.gather(*(work() for _ in range(service.pool.settings.browsers))), start=list[Done]())
    compiling = sum(_drawing(item, "compile") for item in done)
    return Flow(
        jobs=len(done),
        seconds=time.monotonic() - began,
        cpu=_busy() - busy,
        starting=start_cpu * (service.pool.made - made),
        compiling=compiling,
        drawing=sum(_drawing(item, name) for item in done for name in ("measure", "step", "draw", "preview")),
        service=spent(own, read_service()),
    )


def _owner(turn: int, mode: Mode) -> str:
    return f"owner {turn % mode.owners}" if mode.owners else ""


def _drawing(done: Done, stage: str) -> float:
    """Processor seconds of what draws."""
    return done.stages.get(stage, [0.0, 0.0])[1]


def _busy() -> float:
    """CPU-seconds of the whole machine so far."""
    times = psutil.cpu_times()
    return times.user + times.nice + times.system + times.irq + times.softirq


def _until(end: float, shaders: Sequence[Shader]) -> Iterator[Shader]:
    return itertools.takewhile(lambda _: time.monotonic() < end, itertools.cycle(shaders))
