"""Finds changes of luminance, and to or from saturated red, in every cell, each from one extremum to the next."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

LUMINANCE = (0.2126, 0.7152, 0.0722)
"""Weights of linear red, green and blue in relative luminance."""
STEP = 0.1 - 1e-6
"""Of relative luminance, from which on a change counts."""
BRIGHT = 0.8
"""Relative luminance: the darker picture of a flash is below this."""
SATURATED = 0.8 - 1e-6
"""R / (R + G + B), from which on a colour is a saturated red."""
UCS_STEP = 0.2
"""In the CIE 1976 UCS diagram, from which on a change to or from red counts."""
DARK = 0.0625 / 0.7
"""R + G + B up to which darker colours are filled up with grey, since the chromaticity of what is nearly black is noise.

So a pure red begins to count at R = 0.0625, where WCAG 2.0 had it: (R - G - B) x 320 > 20.
"""

XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
"""Linear sRGB to CIE XYZ."""
UCS = (np.array([[4, 0, 0], [0, 9, 0], [1, 15, 3]]) @ XYZ).astype(np.float32)
"""Linear sRGB to numerators and denominator: u' is the first over the third, v' the second over the third."""
RED = (0.4507, 0.5229)
"""u' and v' of sRGB's red."""

Floats = NDArray[Any]
Bools = NDArray[np.bool_]
Changes = tuple[Bools, Bools]
"""N x H x W: where a change up (or to red) is under way, and where one down (or from red) is."""


class _Runs:
    """The change that every cell is in: phase 1 up, -1 down, 0 none yet; pivot: the frame where it began."""

    def __init__(self, frames: int, cells: int) -> None:
        self.phase = np.zeros(cells, np.int8)
        self._pivot = np.zeros(cells, np.intp)
        # One more at a run's first frame, one less behind its last one: the sums over time are the runs.
        self._edges = {direction: np.zeros((frames + 1, cells), np.int8) for direction in (1, -1)}

    def start(self, mask: Bools, direction: int, extremum: "_Extremum") -> None:
        """Starts a change in this direction in some cells, from the extremum on."""
        cells = np.flatnonzero(mask)
        if cells.size:
            self._end(cells[self.phase[cells] == -direction], -direction, extremum.first)
            self._pivot[cells] = extremum.last[cells]
            self.phase[cells] = direction

    def finish(self, high: "_Extremum", low: "_Extremum", shape: tuple[int, ...]) -> Changes | None:
        """None: nothing changed by enough."""
        if not self.phase.any():
            return None
        self._end(np.flatnonzero(self.phase == 1), 1, high.first)
        self._end(np.flatnonzero(self.phase == -1), -1, low.first)
        up, down = (edges[:-1].cumsum(axis=0, dtype=np.int8).reshape(shape) > 0 for edges in self._edges.values())
        return up, down

    def _end(self, cells: NDArray[np.intp], direction: int, at: NDArray[np.intp]) -> None:
        edges = self._edges[direction]
        edges[self._pivot[cells] + 1, cells] += 1
        edges[at[cells] + 1, cells] -= 1


class _Extremum:
    """The farthest state of every cell since its last change, and the first and the last frame that had it.

    values: the state; the last of them is what makes one farther than another.
    """

    def __init__(self, *values: Floats) -> None:
        self.values = [value.copy() for value in values]
        self.first, self.last = (np.zeros(values[0].size, np.intp) for _ in range(2))

    def set(self, mask: Bools, frame: int, values: Sequence[Floats]) -> None:
        """Sets a new extremum where the mask is set."""
        self.first[mask] = frame
        self.last[mask] = frame
        for old, new in zip(self.values, values, strict=True):
            np.copyto(old, new, where=mask)

    def stay(self, mask: Bools, frame: int) -> None:
        """Notes that the extremum was still there in this frame, where the mask is set."""
        self.last[mask] = frame


def find_light_changes(linear: Floats) -> Changes | None:
    """Changes of relative luminance by 0.1 or more whose darker end is below 0.8. linear: 3 x N x H x W, 0-1."""
    shape = linear.shape[1:]
    luminance = np.tensordot(np.array(LUMINANCE, np.float32), linear, 1).reshape(shape[0], -1)
    runs = _Runs(*luminance.shape)
    high, low = _Extremum(luminance[0]), _Extremum(luminance[0])
    for frame, value in enumerate(luminance):
        _follow(high, value > high.values[0], value == high.values[0], frame, [value])
        _follow(low, value < low.values[0], value == low.values[0], frame, [value])
        bottom, top = low.values[0], high.values[0]
        rises = (runs.phase <= 0) & (value - bottom >= STEP) & (bottom < BRIGHT)
        falls = (runs.phase >= 0) & (top - value >= STEP) & (value < BRIGHT)
        runs.start(rises, 1, low)
        runs.start(falls, -1, high)
        high.set(rises, frame, [value])
        low.set(falls, frame, [value])
    return runs.finish(high, low, shape)


def _follow(extremum: _Extremum, passed: Bools, reached: Bools, frame: int, values: Sequence[Floats]) -> None:
    extremum.set(passed, frame, values)
    extremum.stay(reached, frame)


def find_red_changes(linear: Floats) -> Changes | None:
    """Changes by more than 0.2 in the UCS diagram of which one end is a saturated red. linear: 3 x N x H x W, 0-1."""
    total = linear[0] + linear[1] + linear[2]
    grey = np.maximum(DARK - total, 0)
    saturated = linear[0] + grey / 3 >= SATURATED * (total + grey)
    cells = saturated.any(axis=0)
    if not cells.any():
        return None
    u, v = _chromaticity(linear[:, :, cells] + grey[:, cells] / 3)
    far = np.hypot(u - RED[0], v - RED[1])
    found = _follow_red(saturated[:, cells], u, v, far)
    if found is None:
        return None
    changes = np.zeros((2, *total.shape), np.bool_)
    changes[:, :, cells] = np.stack(found)
    return changes[0], changes[1]


def _follow_red(saturated: Bools, u: Floats, v: Floats, far: Floats) -> Changes | None:
    """N x cells. Of the states since the last change, the reddest and the least red one are compared with."""
    runs = _Runs(*u.shape)
    reddest, palest = _Extremum(u[0], v[0], np.where(saturated[0], far[0], np.inf)), _Extremum(u[0], v[0], far[0])
    for frame, (red, *state) in enumerate(zip(saturated, u, v, far, strict=True)):
        nearest, farthest = reddest.values[2], palest.values[2]
        _follow(reddest, red & (state[2] < nearest), state[2] == nearest, frame, state)
        _follow(palest, state[2] > farthest, state[2] == farthest, frame, state)
        comes = (runs.phase <= 0) & red & _apart(state, palest)
        goes = (runs.phase >= 0) & np.isfinite(nearest) & _apart(state, reddest)
        runs.start(comes, 1, palest)
        runs.start(goes, -1, reddest)
        reddest.set(comes, frame, state)
        palest.set(goes, frame, state)
    return runs.finish(reddest, palest, u.shape)


def _apart(state: Sequence[Floats], extremum: _Extremum) -> Bools:
    u, v, _ = extremum.values
    return (state[0] - u) ** 2 + (state[1] - v) ** 2 > UCS_STEP**2


def _chromaticity(linear: Floats) -> tuple[Floats, Floats]:
    """u' and v' of the CIE 1976 UCS diagram."""
    first, second, third = np.tensordot(UCS, linear, 1)
    return first / third, second / third
