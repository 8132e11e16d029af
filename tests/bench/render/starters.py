"""The second part of the benchmark: latency and throughput with the starter shaders."""

import asyncio
import itertools
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from functions.renderer.settings import Settings
from shared.renders.plan import POSTER, PREVIEW, Plan, publication
from tests.bench.render.inputs import STARTERS, Shader, read_shaders
from tests.bench.render.progress import tell
from tests.bench.render.renderer import Done, Failed, Service

DEADLINE = Settings().deadline
CORES = os.cpu_count() or 1
THUMB = Plan((POSTER,))
PREVIEWS = publication({}, DEADLINE)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done. shaders: how many of the starters. rounds: of thumbnails. Spans in seconds."""

    shaders: int
    rounds: int
    thumb_span: float
    preview_span: float


FULL = Effort(shaders=100, rounds=2, thumb_span=20.0, preview_span=30.0)
QUICK = Effort(shaders=3, rounds=1, thumb_span=4.0, preview_span=6.0)


@dataclass(slots=True)
class Speed:
    """Latencies in seconds; jobs a minute by the number of browsers; previews of fewer pixels or frames than asked."""

    thumbs: list[float] = field(default_factory=list[float])
    previews: list[float] = field(default_factory=list[float])
    reduced: int = 0
    thumbs_per_min: dict[int, float] = field(default_factory=dict[int, float])
    previews_per_min: dict[int, float] = field(default_factory=dict[int, float])


async def measure_starters(effort: Effort) -> Speed:
    """Everything. Raises Failed, ChromiumError."""
    shaders, speed = read_shaders(STARTERS)[: effort.shaders], Speed()
    random.Random(1).shuffle(shaders)  # the heavy ones apart, the same way every time
    for browsers in range(CORES, 0, -1):
        async with Service(browsers, DEADLINE) as service:
            if browsers == CORES:
                await _measure_latency(service, shaders, effort, speed)
            tell(f"thumbnails a minute with {browsers} browsers")
            speed.thumbs_per_min[browsers] = await _flow(service, shaders, THUMB, effort.thumb_span)
            tell(f"previews a minute with {browsers} browsers")
            speed.previews_per_min[browsers] = await _flow(service, shaders, PREVIEWS, effort.preview_span)
    return speed


async def _measure_latency(service: Service, shaders: Sequence[Shader], effort: Effort, speed: Speed) -> None:
    tell(f"{len(shaders)} starters: thumbnails, one by one")
    for shader in itertools.chain.from_iterable([shaders] * effort.rounds):
        done = await _alone(service, shader, THUMB)
        speed.thumbs.append(done.outputs["poster"].seconds)
    tell(f"{len(shaders)} starters: previews, one by one")
    for shader in shaders:
        done = await _alone(service, shader, PREVIEWS)
        if clip := done.outputs.get("preview"):
            speed.previews.append(clip.seconds)
            speed.reduced += (clip.header["width"], clip.header["fps"]) != (PREVIEW.width, PREVIEW.fps)
        speed.reduced += done.reason == "too_heavy"
    if not speed.previews:
        raise Failed("no starter shader came with a preview")


async def _alone(service: Service, shader: Shader, plan: Plan) -> Done:
    """A job on a machine that does nothing else: every browser is warm."""
    await service.idle()
    return await service.run(shader.name, shader.project, plan)


async def _flow(service: Service, shaders: Sequence[Shader], plan: Plan, span: float) -> float:
    """Jobs a minute while as many are always asked for as there are browsers; those begun in the span are finished."""
    await service.idle()
    began = time.monotonic()
    queue = _until(began + span, shaders)
    counts = await asyncio.gather(*(_work(service, queue, plan) for _ in range(service.pool.settings.browsers)))
    return 60 * sum(counts) / (time.monotonic() - began)


def _until(end: float, shaders: Sequence[Shader]) -> Iterator[Shader]:
    return itertools.takewhile(lambda _: time.monotonic() < end, itertools.cycle(shaders))


async def _work(service: Service, queue: Iterator[Shader], plan: Plan) -> int:
    count = 0
    for shader in queue:
        await service.run(shader.name, shader.project, plan)
        count += 1
    return count
