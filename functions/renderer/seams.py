"""Loops without a seam: a clip that repeats itself ends after one period, any other fades into its own beginning.

Frames are let through as late as the fade is long. The first of them are held back: the loop begins behind them, and
they come at the end, where the same frames have been drawn again (one period later), or are faded in.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .miniatures import Frames

Pair = tuple[Frames, Frames]
"""A frame, H x W x 4, and its miniature."""

FADE_SECONDS = 0.4
LARGEST = 48 << 20  # bytes of frames held back
# Root mean square of a difference of miniatures, 0-1: what rounding makes of equal pictures.
EQUAL = 0.004
# Of the whole pictures, where fine things move that a miniature does not show.
EQUAL_WHOLE = 0.02
# As parts of what differs between a frame and the next.
LIKE_STEP = 0.5
SHORTEST = 1.0  # seconds of a loop


class Seam:
    """frames: how many were asked for. After `add` has said so, or `wanted` frames, `rest` gives the remaining ones."""

    def __init__(self, frames: int, fps: int, frame_bytes: int) -> None:
        self.frames = frames
        self.period: int | None = None
        self._fade = max(1, min(round(FADE_SECONDS * fps), frames // 3, LARGEST // (2 * frame_bytes)))
        self._shortest = max(round(SHORTEST * fps), self._fade + 1)
        self._head = list[Pair]()
        self._tail: deque[Pair] = deque()
        self._small = list[NDArray[Any]]()
        self._steps = list[float]()
        self._left = 0.0

    @property
    def wanted(self) -> int:
        """Frames to draw, at most."""
        return self.frames + self._fade

    @property
    def closed(self) -> bool:
        """Whether a period was found: no more frames are needed."""
        return self.period is not None

    def add(self, pair: Pair) -> Iterator[Pair]:
        """The next frame that was drawn; the frames, none or one, that come next in the loop."""
        self._note(pair[1])
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

    def _note(self, small: Frames) -> None:
        values = small.astype(np.float32) / 255
        if self._small:
            self._steps.append(distance(values, self._small[-1]))
            self._left = max(self._left, distance(values, self._small[0]))
        self._small.append(values)

    def _find_period(self) -> int | None:
        """Frames after which everything comes again: the last frames are those of the head, and one more would be worse."""
        lag = len(self._small) - self._fade
        if not self._shortest <= lag <= self.frames:
            return None
        equal = max(EQUAL, LIKE_STEP * float(np.median(self._steps)))
        if max(distance(small, self._small[0]) for small in self._small[: self._fade]) <= equal:
            return None  # what stands still does not tell when it comes again
        if self._left <= 3 * equal or distance(self._small[-1], self._small[self._fade - 1]) > equal:
            return None
        here = self._apart(lag, self._fade)
        if here.max() > equal or self._apart(lag + 1, self._fade - 1).sum() < here[:-1].sum():
            return None
        return lag if self._is_whole() else None

    def _apart(self, lag: int, count: int) -> NDArray[Any]:
        return np.array([distance(self._small[lag + at], self._small[at]) for at in range(count)])

    def _is_whole(self) -> bool:
        """Whether the pictures themselves are alike, not only their miniatures."""
        again = list(self._tail)[-self._fade :]
        steps = [difference(one[0], other[0]) for one, other in zip(self._head[1:], self._head[:-1], strict=True)]
        equal = max(EQUAL_WHOLE, 1.5 * LIKE_STEP * max(steps, default=0))
        return max(difference(again[at][0], self._head[at][0]) for at in (0, -1)) <= equal


def distance(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean((one - other) ** 2)))


def difference(one: Frames, other: Frames) -> float:
    """The mean absolute difference of two pictures, 0-1."""
    return float(np.abs(one[..., :3].astype(np.int16) - other[..., :3]).mean()) / 255


def mix(one: Frames, other: Frames, share: float) -> Frames:
    """A picture between two, `share` of the other; in sRGB, as players fade."""
    part = round(256 * share)
    return ((one.astype(np.uint16) * (256 - part) + other.astype(np.uint16) * part + 128) >> 8).astype(np.uint8)
