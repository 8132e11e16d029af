"""What a clip's frames say about it: flashes, motion and loops. They come from the page as miniatures, a row of cells each."""

import base64
import binascii
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .flashes import find_flashes
from .pictures import BadOutput

# Cells of a miniature, and the bytes of one: page/miniature.js.
WIDTH, HEIGHT = 64, 36
BYTES = WIDTH * HEIGHT * 3
# Root mean square of a difference, 0-1: what encoders and rounding make of equal pictures.
EQUAL = 0.01

Frames = NDArray[np.uint8]


def read_miniatures(value: Any, count: int) -> Frames:
    """N x H x W x 3, sRGB, one for each frame of the clip. Raises BadOutput."""
    expected = count * BYTES
    if not isinstance(value, str) or len(value) != 4 * -(-expected // 3):
        raise BadOutput("the clip has other miniatures than frames")
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadOutput("the clip's miniatures are no bytes") from error
    return np.frombuffer(data, np.uint8, expected).reshape(count, HEIGHT, WIDTH, 3)


def measure_motion(frames: Frames, fps: int) -> dict[str, Any]:
    """Facts: `flashing`, `flashes` and `red_flashes` (in the worst second), `flash_area` (0-1), `motion`, `loops` (s).

    A preview plays in a loop, so its end is followed by its beginning.
    """
    rounds = -(-(len(frames) + fps) // len(frames))
    found = find_flashes(np.tile(frames, (rounds, 1, 1, 1))[: len(frames) + fps], fps)
    return {
        "flashing": found.flashing,
        "flashes": found.general,
        "red_flashes": found.red,
        "flash_area": found.area,
        "motion": find_motion(frames),
        "loops": find_loop(frames, fps),
    }


def find_motion(frames: Frames) -> float:
    """The mean absolute difference of consecutive frames, 0-1."""
    if len(frames) < 2:
        return 0.0
    values = frames.astype(np.int16)
    return round(float(np.abs(np.diff(values, axis=0)).mean()) / 255, 5)


def find_loop(frames: Frames, fps: int) -> float | None:
    """Seconds after which the clip repeats itself, to the nearest frame; None when it does not within its length."""
    small = _shrink(frames)
    count = len(small)
    if count < 4:
        return None
    apart = _distances(small)
    step = float(np.median(np.diagonal(apart, 1)))
    equal = max(EQUAL, 0.6 * step)
    means = [float(np.diagonal(apart, lag).max()) for lag in range(1, count - 2)]
    # A whole round is never seen: the frame that would follow the last one is looked for.
    means += [np.inf, np.inf, float(np.sqrt(np.mean((2 * small[-1] - small[-2] - small[0]) ** 2)))]
    left = np.maximum.accumulate(apart[0]) > max(3 * EQUAL, 1.5 * equal)
    lags = [lag for lag, mean in enumerate(means, 1) if left[lag - 1] and mean <= equal]
    return round(_best(lags, means) / fps, 3) if lags else None


def _best(lags: list[int], means: list[float]) -> int:
    """The best of the first lags that follow each other."""
    first = [lag for at, lag in enumerate(lags) if lag - lags[0] == at]
    return min(first, key=lambda lag: means[lag - 1])


def _shrink(frames: Frames) -> NDArray[Any]:
    """N x M, 0-1: blocks of four by four cells."""
    blocks = frames.reshape(len(frames), HEIGHT // 4, 4, WIDTH // 4, 4, 3).mean(axis=(2, 4), dtype=np.float32)
    return blocks.reshape(len(frames), -1) / 255


def _distances(rows: NDArray[Any]) -> NDArray[Any]:
    """N x N: the root mean square differences."""
    squares = (rows**2).sum(axis=1)
    total = squares[:, None] + squares - 2 * rows @ rows.T
    return np.sqrt(np.maximum(total, 0) / rows.shape[1])
