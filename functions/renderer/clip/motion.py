"""Facts about a clip from the thumbnails of its frames: flashes and motion."""

from typing import Any

import numpy as np

from functions.renderer.clip.flashes import find_flashes
from functions.renderer.pictures.thumbnails import Frames


def measure_motion(frames: Frames, fps: int) -> dict[str, Any]:
    """Facts: `flashing`, `flashes` and `red_flashes` (in the worst second), `flash_area` (0-1), `motion`.

    frames: N x H x W x 3. A preview plays in a loop, so its end is followed by its beginning.
    """
    rounds = -(-(len(frames) + fps) // len(frames))
    found = find_flashes(np.tile(frames, (rounds, 1, 1, 1))[: len(frames) + fps], fps)
    return {
        "flashing": found.flashing,
        "flashes": found.general,
        "red_flashes": found.red,
        "flash_area": found.area,
        "motion": find_motion(frames),
    }


def find_motion(frames: Frames) -> float:
    """The mean absolute difference of consecutive frames, 0-1."""
    if len(frames) < 2:
        return 0.0
    values = frames.astype(np.int16)
    return round(float(np.abs(np.diff(values, axis=0)).mean()) / 255, 5)
