"""How alike two pictures look, and whether a clip moves so slowly that every other frame will do."""

import asyncio
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .browser import Browser
from .fit import Size
from .plan import Clip

# As parts of the clip's length: where two frames in a row are drawn. Uneven, so that nothing periodic hides between them.
POINTS = (0.03, 0.29, 0.47, 0.71, 0.94)
# SSIM, from which on nobody sees that a frame stands for the next one, too: of all, and of each part of so many each way.
ALIKE, PART_ALIKE = 0.985, 0.9
PARTS = 8
LARGEST = 16 << 20  # bytes of pictures at a time
# All frames are looked at in this size, so that no flash is left out: pixels that may clearly change, as a share.
TINY, JUMPS = (36, 20), 0.01

_BLOCK = 8
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_LUMA = np.array([0.2126, 0.7152, 0.0722, 0], np.float32)


async def is_slow(browser: Browser, clip: Clip, size: Size) -> bool:
    """Whether every frame looks like the next: a few of them as they are, then all of them tiny. Raises BrowserLost."""
    # What is quick shows it in the first pair, as a rule; the others are drawn together where they are not large.
    together = 2 * len(POINTS) * 4 * size.width * size.height <= LARGEST
    for points in (POINTS[:1], POINTS[1:]) if together else zip(POINTS, strict=True):
        if not await _are_alike(browser, [clip.start + point * clip.duration for point in points], size):
            return False
    times = [clip.start + frame / size.fps for frame in range(round(clip.duration * size.fps))]
    task = {"times": times, "width": TINY[0], "height": TINY[1], "rate": size.fps, "jump": True}
    return (await browser.call("glance", task))["jump"] <= JUMPS


async def _are_alike(browser: Browser, times: list[float], size: Size) -> bool:
    """Whether the frames at these times are like those that follow, as wholes and in each of their parts."""
    shape = (len(times), 2, size.height, size.width, 4)
    pairs = [moment for time in times for moment in (time, time + 1 / size.fps)]
    task = {"times": pairs, "rate": size.fps, "width": size.width, "height": size.height, "at": 0, "first": True}
    await browser.call("frames", task)
    data = await asyncio.to_thread(browser.read, math.prod(shape), 0)
    return await asyncio.to_thread(_all_alike, np.frombuffer(data, np.uint8).reshape(shape))


def _all_alike(pairs: NDArray[np.uint8]) -> bool:
    return all(whole >= ALIKE and part >= PART_ALIKE for whole, part in map(_compare, pairs))


def _compare(pair: NDArray[np.uint8]) -> tuple[float, float]:
    """SSIM of the whole picture, and of the part that differs most."""
    likeness = ssim_map(luma(pair[0]), luma(pair[1]))
    parts = [part.mean() for row in np.array_split(likeness, PARTS) for part in np.array_split(row, PARTS, axis=1)]
    return float(likeness.mean()), float(min(parts))


def luma(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """0 to 255, Rec. 709, of a picture H x W x 3 or 4."""
    # Alpha, too, weighs nothing: pixels of four are quicker than three of each four.
    return picture.astype(np.float32) @ _LUMA[: picture.shape[-1]]


def ssim(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Structural similarity (Wang et al. 2004), the mean of all blocks."""
    return float(ssim_map(one, other).mean())


def ssim_map(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.floating[Any]]:
    """The same block by block, which are of 8x8 and do not overlap."""
    a, b = _blocks(one), _blocks(other)
    mean_a, mean_b = a.mean(2), b.mean(2)
    covariance = (a * b).mean(2) - mean_a * mean_b
    likeness = (2 * mean_a * mean_b + _C1) * (2 * covariance + _C2)
    return likeness / ((mean_a**2 + mean_b**2 + _C1) * (a.var(2) + b.var(2) + _C2))


def _blocks(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = (side // _BLOCK * _BLOCK for side in plane.shape)
    tiles = plane[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    return tiles.transpose(0, 2, 1, 3).reshape(height // _BLOCK, width // _BLOCK, _BLOCK * _BLOCK)
