"""The second part of the benchmark: latency and throughput with the starter shaders."""

import itertools
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from functions.renderer.settings import Settings
from shared.renders.plan import POSTER, PREVIEW, Plan, publication
from tests.bench.render.flows import MODES, Flow, measure_flow
from tests.bench.render.inputs import STARTERS, Shader, read_shaders
from tests.bench.render.progress import tell
from tests.bench.render.renderer import Done, Failed, Service

DEADLINE = Settings().deadline
CORES = os.cpu_count() or 1
THUMB = Plan((POSTER,))
PREVIEWS = publication({}, DEADLINE)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done. shaders: how many of the starters. rounds: of thumbnails and of flows. Spans in seconds."""

    shaders: int
    rounds: int
    thumb_span: float
    preview_span: float


FULL = Effort(shaders=100, rounds=2, thumb_span=15.0, preview_span=20.0)
QUICK = Effort(shaders=3, rounds=1, thumb_span=4.0, preview_span=6.0)


@dataclass(slots=True)
class Speed:
    """Latencies in seconds, stills and previews of fewer pixels or frames than asked, and the flows by mode.

    slow: the stages of the slowest thumbnails, by shader.
    """

    thumbs: list[float] = field(default_factory=list[float])
    previews: list[float] = field(default_factory=list[float])
    reduced: int = 0
    slow: dict[str, Done] = field(default_factory=dict[str, Done])
    thumb_flows: dict[str, Flow] = field(default_factory=dict[str, Flow])
    preview_flows: dict[str, Flow] = field(default_factory=dict[str, Flow])


async def measure_starters(effort: Effort) -> Speed:
    """Everything. Raises Failed, ChromiumError."""
    shaders, speed = read_shaders(STARTERS)[: effort.shaders], Speed()
    random.Random(1).shuffle(shaders)  # the heavy ones apart, the same way every time
    async with Service(CORES, DEADLINE) as service:
        await _measure_latency(service, shaders, effort, speed)
    for number in range(effort.rounds):
        for name, mode in MODES.items():
            tell(f"a minute with {CORES} browsers, {name}, round {number + 1} of {effort.rounds}")
            async with Service(CORES, DEADLINE, mode.reuse) as service:
                thumbs = await measure_flow(service, shaders, THUMB, effort.thumb_span, mode)
                previews = await measure_flow(service, shaders, PREVIEWS, effort.preview_span, mode)
            speed.thumb_flows[name] = speed.thumb_flows.get(name, Flow()) + thumbs
            speed.preview_flows[name] = speed.preview_flows.get(name, Flow()) + previews
    return speed


async def _measure_latency(service: Service, shaders: Sequence[Shader], effort: Effort, speed: Speed) -> None:
    tell(f"{len(shaders)} starters: thumbnails, one by one")
    for shader in itertools.chain.from_iterable([shaders] * effort.rounds):
        done = await _alone(service, shader, THUMB)
        speed.thumbs.append(done.outputs["poster"].seconds)
        speed.slow[shader.name] = done
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
    """A job of nobody's on a machine that does nothing else: every browser is warm."""
    await service.idle()
    return await service.run(shader.name, shader.project, plan)
