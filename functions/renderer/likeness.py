"""How alike two pictures look, and whether a clip moves so slowly that every other frame will do."""

import asyncio

import numpy as np
from numpy.typing import NDArray

from .browser import Browser
from .fit import Size
from .plan import Clip

# As parts of the clip's length: where two frames in a row are drawn. Uneven, so that nothing periodic hides between them.
POINTS = (0.03, 0.29, 0.47, 0.71, 0.94)
# SSIM, from which on nobody sees that a frame stands for the next one, too.
ALIKE = 0.985

_BLOCK = 8
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


async def is_slow(browser: Browser, clip: Clip, size: Size) -> bool:
    """Whether every frame looks like the next, as far as a few of them tell. Raises BrowserLost."""
    shape = (2, size.height, size.width, 4)
    task = {"start": clip.start, "rate": size.fps, "width": size.width, "height": size.height, "count": 2, "at": 0}
    for point in POINTS:
        await browser.call("frames", {**task, "first": int(point * clip.duration * size.fps)})
        data = await asyncio.to_thread(browser.read, shape[0] * shape[1] * shape[2] * shape[3], 0)
        if await asyncio.to_thread(_likeness, np.frombuffer(data, np.uint8).reshape(shape)) < ALIKE:
            return False
    return True


def _likeness(pair: NDArray[np.uint8]) -> float:
    return ssim(luma(pair[0]), luma(pair[1]))


def luma(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """0 to 255, Rec. 709, of a picture H x W x 3 or 4."""
    return picture[..., :3].astype(np.float32) @ _LUMA


def ssim(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Structural similarity (Wang et al. 2004) over blocks of 8x8 that do not overlap."""
    a, b = _blocks(one), _blocks(other)
    mean_a, mean_b = a.mean(1), b.mean(1)
    covariance = (a * b).mean(1) - mean_a * mean_b
    likeness = (2 * mean_a * mean_b + _C1) * (2 * covariance + _C2)
    return float((likeness / ((mean_a**2 + mean_b**2 + _C1) * (a.var(1) + b.var(1) + _C2))).mean())


def _blocks(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = (side // _BLOCK * _BLOCK for side in plane.shape)
    tiles = plane[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    return tiles.transpose(0, 2, 1, 3).reshape(-1, _BLOCK * _BLOCK)
