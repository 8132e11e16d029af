"""The first part of the benchmark: the CPU time of a clip in the renderer, the usual way and by bare OpenGL, alternately."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.render import ours, raw
from tests.bench.render.inputs import DEADLINE, SHADERS, Shader, read_shaders
from tests.bench.render.progress import tell
from tests.bench.render.renderer import Service
from tests.bench.render.result import Result
from tests.bench.render.usual import Usual

LIGHT = 0.5
"""Share of drawing in our CPU time below which getting the frames out is what counts."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One shader's figures. equal: bytes that the usual way takes for our SSIM. start: CPU-seconds to warm a browser."""

    name: str
    ours: Result
    usual: Result
    raw: Result
    equal: float
    start: float

    @property
    def vs_usual(self) -> float:
        """How many times our CPU time the usual way takes."""
        return self.usual.cpu / self.ours.cpu

    @property
    def vs_raw(self) -> float:
        """How many times the CPU time of bare OpenGL we take."""
        return self.ours.cpu / self.raw.cpu

    @property
    def light(self) -> bool:
        """Whether drawing is the smaller part."""
        return self.raw.raster < LIGHT * self.ours.cpu


async def measure_clips(names: Sequence[str], rounds: int) -> list[Clip]:
    """The named shaders, or all. Raises Failed, ChromiumError."""
    shaders = [shader for shader in read_shaders(SHADERS) if not names or shader.name in names]
    async with Service(1, DEADLINE) as service:
        chromium = service.pool.chromium
        async with Usual(chromium.path if chromium else "") as usual:
            # Both are warm: the very first job also loads libraries from disk.
            await ours.measure(service, shaders[0])
            return [await _measure(shader, service, usual, rounds) for shader in shaders]


async def _measure(shader: Shader, service: Service, usual: Usual, rounds: int) -> Clip:
    own, floors, starts, clip = list[Result](), list[Result](), list[float](), b""
    for number in range(rounds):
        tell(f"{shader.name}: ours and raw, round {number + 1} of {rounds}")
        result, start, clip = await ours.measure(service, shader)
        own.append(result)
        starts.append(start)
        floors.append(await raw.measure(shader))
    tell(f"{shader.name}: the usual way")
    common, screenshots = await usual.measure(shader)
    similarity = await ours.judge(service, shader, clip, own[-1].fps)
    equal = screenshots.size_at(similarity)
    return Clip(
        shader.name, _middle(own, similarity), common, _middle(floors, floors[0].ssim), equal, statistics.median(starts)
    )


def _middle(results: Sequence[Result], similarity: float) -> Result:
    def middle(pick: Callable[[Result], float]) -> float:
        return statistics.median(map(pick, results))

    return Result(
        cpu=middle(lambda result: result.cpu),
        wall=middle(lambda result: result.wall),
        size=results[-1].size,
        ssim=similarity,
        raster=middle(lambda result: result.raster),
        fps=results[-1].fps,
    )
