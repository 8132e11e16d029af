"""Counts flashes in a sequence of small pictures, after WCAG 2.2's general flash and red flash thresholds (success criterion 2.3.1).

https://www.w3.org/TR/WCAG22/#dfn-general-flash-and-red-flash-thresholds. In every cell a change runs from one
extremum to the next, however many frames it takes. Changes count where they cover, at the same time and in the same
direction, more than a quarter of a field; a field is any window of a third of the picture's width and height, as
341 x 256 pixels are of 1024 x 768. More than three pairs within a second are too many, whether one place makes them
or several places of a field in turn.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.renderer.clip.transitions import Changes, find_light_changes, find_red_changes
from functions.renderer.pictures.thumbnails import LINEAR

MAX_FLASHES = 3
"""Flashes within any second."""
SHARE = 0.25
"""Of a field, from which on a change counts."""
FIELD = (256 / 768, 341 / 1024)
"""Height and width of a field, as shares of the picture's."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Flashes:
    """general, red: flashes in the worst second, 0.5 for each change; area: the largest share of the picture at once, 0-1."""

    general: float
    red: float
    area: float

    @property
    def flashing(self) -> str:
        """Which thresholds are passed: "none", "general", "red" or "both"."""
        general, red = self.general > MAX_FLASHES, self.red > MAX_FLASHES
        return "both" if general and red else "general" if general else "red" if red else "none"


def find_flashes(frames: NDArray[np.uint8], fps: float) -> Flashes:
    """Counts flashes. frames: N x H x W x 3, sRGB; fps: frames a second."""
    second = max(1, round(fps))
    linear = np.take(LINEAR, np.moveaxis(frames, -1, 0))
    general, area = _worst(find_light_changes(linear), second)
    red, red_area = _worst(find_red_changes(linear), second)
    return Flashes(general, red, round(max(area, red_area), 4))


def _worst(changes: Changes | None, second: int) -> tuple[float, float]:
    """Flashes in the worst second, and the largest share of the picture that changes at once in one direction."""
    if changes is None:
        return 0.0, 0.0
    up, down = changes
    area = max(int(part.reshape(len(part), -1).sum(axis=1).max()) for part in changes) / up[0].size
    risen, fallen = _in_fields(up), _in_fields(down)
    limit = SHARE * _field_size(up)[0] * _field_size(up)[1]
    if max(risen.max(), fallen.max()) <= limit:
        return 0.0, area
    net = risen - fallen
    fields = _in_a_second(net > limit, net < -limit, second).max()
    if (_count_runs(up) + _count_runs(down)).max() <= 2 * MAX_FLASHES:
        return int(fields) / 2, area  # no place changes often enough to be too much by itself
    wide = [part & _covered(sums > limit, part) for part, sums in ((up, risen), (down, fallen))]
    return max(int(fields), _repeated(_in_a_second(wide[0], wide[1], second), limit)) / 2, area


def _count_runs(cells: Bools) -> NDArray[Any]:
    """How often each cell begins to be set."""
    return np.count_nonzero(cells[1:] > cells[:-1], axis=0) + cells[0]


def _repeated(counts: NDArray[Any], limit: float) -> int:
    """The most changes within a second that more than a quarter of a field makes; counts: by frame and cell."""
    most, count = 0, 2 * MAX_FLASHES + 1
    if counts.max() < count:
        return most
    here = counts[_in_fields(counts >= count).max(axis=(1, 2)).argmax()][None]
    while _in_fields(here >= count).max() > limit:
        most, count = count, count + 1
    return most


def _field_size(cells: Bools) -> tuple[int, int]:
    height, width = cells.shape[1:]
    return max(1, round(height * FIELD[0])), max(1, round(width * FIELD[1]))


def _in_fields(cells: Bools) -> NDArray[Any]:
    """How many cells are set in each field, by the field's top left corner."""
    return _box(cells, *_field_size(cells))


def _covered(fields: Bools, cells: Bools) -> Bools:
    """The cells that belong to at least one of the fields."""
    height, width = _field_size(cells)
    padded = np.pad(fields, ((0, 0), (height - 1, height - 1), (width - 1, width - 1)))
    return _box(padded, height, width) > 0


def _box(cells: Bools, height: int, width: int) -> NDArray[Any]:
    """Sums over every window of this size."""
    rows, columns = _bands(cells.shape[1], height), _bands(cells.shape[2], width)
    return np.matmul(rows, np.matmul(cells.astype(np.float32), columns.T))


def _bands(length: int, size: int) -> NDArray[Any]:
    """A matrix with a row for each position of a window, ones inside the window."""
    at = np.arange(length) - np.arange(length - size + 1)[:, None]
    return ((at >= 0) & (at < size)).astype(np.float32)


def _alternate(up: Bools, down: Bools) -> Bools:
    """Where a change begins that opposes the one before it in the same place; the first one of all counts."""
    last = np.zeros(up.shape[1:], np.int8)
    begins = np.zeros_like(up)
    for rises, falls, begin in zip(up, down, begins, strict=True):
        rises = rises & (last <= 0)
        falls = falls & (last >= 0) & ~rises
        np.logical_or(rises, falls, out=begin)
        last[rises], last[falls] = 1, -1
    return begins


def _in_a_second(up: Bools, down: Bools, second: int) -> NDArray[np.int16]:
    """How many changes lie within the second that ends with each frame, from their first to their last frame."""
    begun = _alternate(up, down).cumsum(axis=0, dtype=np.int16)
    ended = _alternate(up[::-1], down[::-1])[::-1].cumsum(axis=0, dtype=np.int16)
    ended[second:] -= begun[:-second]
    return ended
