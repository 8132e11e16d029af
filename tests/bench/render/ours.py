"""Our way: the renderer's pool with one browser, a job a clip."""

import io

import numpy as np
from PIL import Image

from .result import Result
from .scene import FPS, FRAMES, HEIGHT, WIDTH, Shader, clip_plan, samples_plan
from .service import Done, Failed, Service
from .video import Picture, compare


async def measure(service: Service, shader: Shader) -> tuple[Result, float, bytes]:
    """The clip's figures but SSIM, CPU-seconds of starting the browser, and the clip. Raises Failed."""
    await service.idle()
    done, start_cpu = await service.measure(shader.name, shader.project, clip_plan())
    clip = done.outputs.get("clip")
    if clip is None or done.cpu is None:
        raise Failed(f"{shader.name}: no clip came")
    shape = tuple(clip.header[key] for key in ("width", "height", "fps", "frames"))
    if shape != (WIDTH, HEIGHT, FPS, FRAMES):
        raise Failed(f"{shader.name}: the clip came as {shape}")
    return Result(done.cpu, done.seconds, len(clip.data), 0.0), start_cpu, clip.data


async def judge(service: Service, shader: Shader, clip: bytes) -> float:
    """The clip's SSIM, by a second job that draws some of its frames losslessly. Raises Failed."""
    await service.idle()
    done: Done = await service.run(shader.name, shader.project, samples_plan())
    return compare(clip, {int(name): _open(output.data) for name, output in done.outputs.items()})


def _open(png: bytes) -> Picture:
    with Image.open(io.BytesIO(png)) as picture:
        return np.asarray(picture.convert("RGB"))
