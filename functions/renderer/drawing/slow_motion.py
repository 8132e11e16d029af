"""Whether a clip moves so slowly that every other frame is enough."""

import asyncio
import math

import numpy as np
from numpy.typing import NDArray

from functions.renderer.page.client import Page
from functions.renderer.pictures.similarity import luma, ssim_map
from functions.renderer.plan.clips import Size
from shared.renders.plan import Clip

POINTS = (0.03, 0.29, 0.47, 0.71, 0.94)
"""Parts of the clip's length at which two frames in a row are drawn: uneven, so that nothing periodic hides between them."""
ALIKE, PART_ALIKE = 0.985, 0.9
"""SSIM of a frame and the next, as a whole and in each part, from which on nobody sees that one stands for both."""
PARTS = 8
"""Parts of a frame each way."""
MAX_BYTES = 16 << 20
"""Bytes of frames that are drawn at a time."""
SMALL_SIZE, MAX_JUMP = (36, 20), 0.01
"""All frames are drawn in this size, so that no flash is missed: the share of pixels that may clearly change."""


async def is_slow(page: Page, clip: Clip, size: Size) -> bool:
    """Whether every frame looks like the next: a few at full size, then all of them very small. Raises BrowserLost."""
    # What is quick mostly shows it in the first pair; the others are drawn together where they are not large.
    together = 2 * len(POINTS) * 4 * size.width * size.height <= MAX_BYTES
    for points in (POINTS[:1], POINTS[1:]) if together else zip(POINTS, strict=True):
        if not await _are_alike(page, [clip.start + point * clip.duration for point in points], size):
            return False
    times = [clip.start + frame / size.fps for frame in range(round(clip.duration * size.fps))]
    return (await page.sample(times, SMALL_SIZE, size.steps, "jump"))["jump"] <= MAX_JUMP


async def _are_alike(page: Page, times: list[float], size: Size) -> bool:
    """Whether the frames at these times are like those that follow, as a whole and in each part."""
    shape = (len(times), 2, size.height, size.width, 4)
    pairs = [moment for time in times for moment in (time, time + 1 / size.fps)]
    await page.frames(pairs, (size.width, size.height), size.steps, at=0, first=True)
    data = await asyncio.to_thread(page.browser.read, math.prod(shape), 0)
    return await asyncio.to_thread(_all_alike, np.frombuffer(data, np.uint8).reshape(shape))


def _all_alike(pairs: NDArray[np.uint8]) -> bool:
    return all(whole >= ALIKE and part >= PART_ALIKE for whole, part in map(_compare, pairs))


def _compare(pair: NDArray[np.uint8]) -> tuple[float, float]:
    """SSIM of the whole picture, and of the part that differs most."""
    likeness = ssim_map(luma(pair[0]), luma(pair[1]))
    parts = [part.mean() for row in np.array_split(likeness, PARTS) for part in np.array_split(row, PARTS, axis=1)]
    return float(likeness.mean()), float(min(parts))
