"""Our way: the renderer's pool with one browser, a job a clip."""

import io

import numpy as np
from PIL import Image

from tests.bench.render.inputs import FPS, FRAMES, HEIGHT, WIDTH, Shader, clip_plan, samples_plan
from tests.bench.render.renderer import Done, Failed, Service
from tests.bench.render.result import Result
from tests.bench.render.video import Picture, compare

HOLDS = (1, 2)
"""For how many frames one of the clip stands: what moves slowly has every other one."""


async def measure(service: Service, shader: Shader) -> tuple[Result, float, bytes]:
    """The clip's figures but SSIM, CPU-seconds of starting the browser, and the clip. Raises Failed."""
    await service.idle()
    done, start_cpu = await service.measure(shader.name, shader.project, clip_plan())
    clip = done.outputs.get("clip")
    if clip is None or done.cpu is None:
        raise Failed(f"{shader.name}: no clip came")
    shape = tuple(clip.header[key] for key in ("width", "height", "fps", "frames"))
    if shape not in [(WIDTH, HEIGHT, FPS // hold, FRAMES // hold) for hold in HOLDS]:
        raise Failed(f"{shader.name}: the clip came as {shape}")
    return Result(done.cpu, done.seconds, len(clip.data), 0.0, fps=shape[2]), start_cpu, clip.data


async def judge(service: Service, shader: Shader, clip: bytes, fps: int) -> float:
    """The clip's SSIM beside all frames at 30 fps, by a second job that draws some of its frames losslessly. Raises Failed."""
    await service.idle()
    done: Done = await service.run(shader.name, shader.project, samples_plan())
    return compare(clip, {int(name): _open(output.data) for name, output in done.outputs.items()}, FPS // fps)


def _open(png: bytes) -> Picture:
    with Image.open(io.BytesIO(png)) as picture:
        return np.asarray(picture.convert("RGB"))
