"""Finds where a clip loops: one that repeats itself ends after one period, any other cross-fades into its own beginning.

Frames are delayed by the length of the fade. The first frames are held back: the loop begins after them, and ends with
them, either as they were drawn again one period later, or as the cross-fade's target.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.renderer.pictures.thumbnails import Frames

Pair = tuple[Frames, Frames]
"""A frame, H x W x 4, and its thumbnail."""

FADE_SECONDS = 0.4
MAX_HELD_BYTES = 48 << 20
"""Bytes of frames that are held back."""
EQUAL = 0.004
"""Root mean square of the difference of two thumbnails, 0-1, that rounding makes of equal pictures."""
EQUAL_WHOLE = 0.02
"""Mean absolute difference of two whole pictures, 0-1: fine details move that a thumbnail does not show."""
LIKE_STEP = 0.5
"""Pictures are also equal where they differ by so much of what a frame differs from the next."""
MIN_SECONDS = 1.0
"""The shortest loop."""


class LoopPoint:
    """frames: how many were asked for. `add` them until `closed`, or until `wanted` were added; then `rest` gives the remaining."""

    def __init__(self, frames: int, fps: int, frame_bytes: int) -> None:
        self.frames = frames
        self.period: int | None = None
        self._fade = max(1, min(round(FADE_SECONDS * fps), frames // 3, MAX_HELD_BYTES // (2 * frame_bytes)))
        self._shortest = max(round(MIN_SECONDS * fps), self._fade + 1)
        self._head = list[Pair]()
        self._tail: deque[Pair] = deque()
        self._small = list[NDArray[Any]]()
        self._steps = list[float]()
        self._farthest = 0.0

    @property
    def wanted(self) -> int:
        """Frames to draw, at most."""
        return self.frames + self._fade

    @property
    def closed(self) -> bool:
        """Whether a period was found: no more frames are needed."""
        return self.period is not None

    def add(self, pair: Pair) -> Iterator[Pair]:
        """Takes the next frame that was drawn; yields the frames, none or one, that come next in the loop."""
        self._measure(pair[1])
        if len(self._head) < self._fade:
            self._head.append(pair)
            return
        self._tail.append(pair)
        self.period = self._find_period()
        if len(self._tail) > self._fade:
            yield self._tail.popleft()

    def rest(self) -> Iterator[Pair]:
        """The end of the loop, once all frames have been added or a period is found."""
        if self.closed or len(self._tail) < self._fade:
            yield from self._tail
            return
        for at, (late, early) in enumerate(zip(self._tail, self._head, strict=True)):
            share = (at + 1) / (self._fade + 1)
            yield mix(late[0], early[0], share), mix(late[1], early[1], share)

    def _measure(self, small: Frames) -> None:
        values = small.astype(np.float32) / 255
        if self._small:
            self._steps.append(distance(values, self._small[-1]))
            self._farthest = max(self._farthest, distance(values, self._small[0]))
        self._small.append(values)

    def _find_period(self) -> int | None:
        """The frames after which the clip repeats itself, if the last frames equal the first ones and a longer period fits worse."""
        lag = len(self._small) - self._fade
        if not self._shortest <= lag <= self.frames:
            return None
        equal = max(EQUAL, LIKE_STEP * float(np.median(self._steps)))
        if max(distance(small, self._small[0]) for small in self._small[: self._fade]) <= equal:
            return None  # a beginning that stands still does not show when it is repeated
        if self._farthest <= 3 * equal or distance(self._small[-1], self._small[self._fade - 1]) > equal:
            return None
        here = self._distances(lag, self._fade)
        if here.max() > equal or self._distances(lag + 1, self._fade - 1).sum() < here[:-1].sum():
            return None
        return lag if self._pictures_are_equal() else None

    def _distances(self, lag: int, count: int) -> NDArray[Any]:
        return np.array([distance(self._small[lag + at], self._small[at]) for at in range(count)])

    def _pictures_are_equal(self) -> bool:
        """Whether the pictures themselves are equal, not only their thumbnails."""
        again = list(self._tail)[-self._fade :]
        steps = [difference(one[0], other[0]) for one, other in zip(self._head[1:], self._head[:-1], strict=True)]
        equal = max(EQUAL_WHOLE, 1.5 * LIKE_STEP * max(steps, default=0))
        return max(difference(again[at][0], self._head[at][0]) for at in (0, -1)) <= equal


def distance(one: NDArray[Any], other: NDArray[Any]) -> float:
    """The root mean square of the difference."""
    return float(np.sqrt(np.mean((one - other) ** 2)))


def difference(one: Frames, other: Frames) -> float:
    """The mean absolute difference of two pictures, 0-1."""
    return float(np.abs(one[..., :3].astype(np.int16) - other[..., :3]).mean()) / 255


def mix(one: Frames, other: Frames, share: float) -> Frames:
    """A picture between two, `share` of the other; in sRGB values."""
    part = round(256 * share)
    return ((one.astype(np.uint16) * (256 - part) + other.astype(np.uint16) * part + 128) >> 8).astype(np.uint8)
