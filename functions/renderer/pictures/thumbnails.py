"""Downscales frames to thumbnails, in linear light, for finding flashes, motion and loops."""

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 64, 36
"""Pixels of a thumbnail, each of which averages a cell of the frame."""
TAPS = 4
"""The most pixels of a cell that are read, in each direction."""

Frames = NDArray[np.uint8]
LINEAR = np.where((at := np.arange(256) / 255) <= 0.04045, at / 12.92, ((at + 0.055) / 1.055) ** 2.4).astype(np.float32)
"""sRGB, 0-255, to light, 0-1: averages of sRGB itself are too dark."""
_LEVELS = 4096
"""Light as whole numbers, which are added up quickly: 16 of them, as a cell has taps, fit into 16 bits."""
_LIGHT = np.round(LINEAR * (_LEVELS - 1)).astype(np.uint16)
_SRGB = np.array(
    [255 * (x * 12.92 if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055) for x in np.linspace(0, 1, _LEVELS)]
)
_TO_SRGB = np.round(_SRGB).astype(np.uint8)


class Downscaler:
    """Downscales frames of one size, in pixels."""

    def __init__(self, width: int, height: int) -> None:
        columns, rows = min(TAPS, -(-width // WIDTH)), min(TAPS, -(-height // HEIGHT))
        y = ((np.arange(HEIGHT * rows) + 0.5) * height / (HEIGHT * rows)).astype(np.intp)
        x = ((np.arange(WIDTH * columns) + 0.5) * width / (WIDTH * columns)).astype(np.intp)
        # Every other row is moved by one, so that a fine chequerboard stays grey.
        moved = np.minimum(x[None] + (np.arange(len(y)) % 2)[:, None], width - 1)
        places = (y[:, None] * width + moved).reshape(HEIGHT, rows, WIDTH, columns)
        self._taps = rows * columns
        self._places = np.ascontiguousarray(np.moveaxis(places, (1, 3), (0, 1))).ravel()

    def downscale(self, frame: Frames) -> Frames:
        """H x W x 4, contiguous, to HEIGHT x WIDTH x 3, sRGB."""
        # take() is three times as quick as an index in brackets.
        taps = np.take(frame.view(np.uint32).ravel(), self._places).view(np.uint8)
        light = np.add.reduce(np.take(_LIGHT, taps).reshape(self._taps, -1), axis=0, dtype=np.uint16)
        return np.take(_TO_SRGB, light // self._taps).reshape(HEIGHT, WIDTH, 4)[..., :3]
