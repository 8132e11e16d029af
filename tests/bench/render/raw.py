"""The floor: the same GLSL through bare OpenGL on llvmpipe and the renderer's own encoder settings, nothing else.

As a program of its own (`python -m tests.bench.render.raw`), since Mesa reads its settings once: a project as JSON on
standard input, figures as JSON on standard output. Compiling counts, as it does for the others; a context that stands
already does not.
"""

import asyncio
import json
import os
import sys
import time
from typing import Any

import av
import numpy as np

from tests.bench.render.inputs import FPS, FRAMES, HEIGHT, ROOT, SAMPLES, WIDTH, Shader
from tests.bench.render.renderer import Failed
from tests.bench.render.result import Result
from tests.bench.render.video import OURS, Encoder, Picture, compare

ENVIRONMENT = {"LP_NUM_THREADS": "1", "GALLIUM_DRIVER": "llvmpipe", "LIBGL_ALWAYS_SOFTWARE": "1"}
COMMAND = (sys.executable, "-m", "tests.bench.render.raw")


async def measure(shader: Shader) -> Result:
    """The clip's figures. Raises Failed."""
    environment = {**os.environ, **ENVIRONMENT, "MESA_SHADER_CACHE_DISABLE": "true"}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, env=environment
    )
    out, problem = await process.communicate(json.dumps(shader.project).encode())
    if process.returncode:
        raise Failed(f"{shader.name}: bare OpenGL failed: {problem.decode()[-2000:]}")
    return Result(**json.loads(out))


def draw(project: dict[str, Any]) -> dict[str, float]:
    """In the child: draws and encodes."""
    import moderngl  # which nothing else needs

    from tests.bench.render.gl import Canvas

    context = moderngl.create_context(standalone=True, backend="egl")
    if "llvmpipe" not in context.info["GL_RENDERER"]:
        sys.exit(f"OpenGL is {context.info['GL_RENDERER']}, not llvmpipe")
    pixels: Picture = np.empty((HEIGHT, WIDTH, 4), np.uint8)
    kept = dict[int, Picture]()
    began, start, raster = time.monotonic(), time.process_time(), 0.0
    canvas, encoder = Canvas(context, project, (WIDTH, HEIGHT)), Encoder(WIDTH, HEIGHT, FPS, OURS, threads=1)
    for frame in range(FRAMES):
        mark = time.process_time()
        canvas.draw(frame / FPS, pixels)
        raster += time.process_time() - mark
        upright = np.ascontiguousarray(pixels[::-1])
        if frame in SAMPLES:
            kept[frame] = upright
        encoder.add(av.VideoFrame.from_ndarray(upright, format="rgba"))
    data = encoder.finish()
    cpu, wall = time.process_time() - start, time.monotonic() - began
    return {"cpu": cpu, "wall": wall, "size": len(data), "ssim": compare(data, kept), "raster": raster}


if __name__ == "__main__":
    print(json.dumps(draw(json.load(sys.stdin))))
