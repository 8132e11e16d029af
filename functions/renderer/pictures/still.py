"""Encodes still pictures from raw pixels, and measures them."""

import io
from typing import Any, cast

import numpy as np
from PIL import Image

from shared.renders.plan import Still

COLOURS = 5
"""Colours of a palette."""
CUT_ALPHA = 127
"""Alpha of a pixel whose loops the driver ended, rounded down; no other pixel has it."""
NAN_ALPHA, INF_ALPHA = 170, 85
"""Alpha of a pixel that has a component that is NaN, or else one that is infinite."""
LUMA = (0.2126, 0.7152, 0.0722)
"""Rec. 709."""
QUALITY: dict[str, dict[str, int]] = {
    "webp": {"quality": 90, "method": 2},
    "png": {"compress_level": 6},
    "avif": {"quality": 75, "speed": 8, "max_threads": 1},
}
"""Options of Pillow's encoders by format. One thread, so that bytes do not depend on the machine."""


class BadOutput(Exception):
    """The browser made something other than what was asked for."""


def open_picture(still: Still, data: bytes) -> Image.Image:
    """The picture, RGB, from its pixels: RGBA, the bottom row first."""
    pixels = np.frombuffer(data, np.uint8).reshape(still.height, still.width, 4)
    return Image.fromarray(np.ascontiguousarray(pixels[::-1, :, :3]))


def is_cut(data: bytes) -> bool:
    """Whether a pixel is marked as one whose loops the driver ended (loop-guard.js of the player). data: RGBA."""
    alpha = np.frombuffer(data, np.uint8)[3::4]
    return bool(((alpha == CUT_ALPHA) | (alpha == CUT_ALPHA + 1)).any())


def is_flat(data: bytes, limit: float) -> bool:
    """Whether there is nothing to see: the standard deviation of luma, 0-255, is below `limit`. data: RGBA."""
    some = np.frombuffer(data, np.uint8).reshape(-1, 4)[::7, :3]
    return float((some @ np.array(LUMA)).std()) < limit


def encode(still: Still, picture: Image.Image) -> bytes:
    """Encodes a picture in the format of its still; the file's bytes."""
    out = io.BytesIO()
    picture.save(out, still.format.upper(), **QUALITY[still.format])
    return out.getvalue()


def thumbnail(picture: Image.Image) -> Image.Image:
    """The picture at 64 x 36, of which palette, brightness and contrast are taken."""
    return picture.resize((64, 36), Image.Resampling.BOX)


def measure(picture: Image.Image, data: bytes) -> dict[str, Any]:
    """Facts about a still: `brightness`, `contrast`, `blank`, and the pixels that are `nan` and `inf`.

    Brightness is the mean luma (Rec. 709), contrast twice its standard deviation. data: the pixels, RGBA, whose alpha says
    what is no number (`marked` in the player's wrapper.js).
    """
    luma = np.asarray(thumbnail(picture), dtype=np.float64) / 255 @ np.array(LUMA)
    extremes = cast("tuple[tuple[int, int], ...]", picture.getextrema())
    alpha = np.frombuffer(data, np.uint8)[3::4]
    return {
        "brightness": round(float(luma.mean()), 4),
        "contrast": round(min(1.0, 2 * float(luma.std())), 4),
        "blank": max(high - low for low, high in extremes) <= 2,
        "nan": int(np.count_nonzero(alpha == NAN_ALPHA)),
        "inf": int(np.count_nonzero(alpha == INF_ALPHA)),
    }


def find_palette(picture: Image.Image) -> list[str]:
    """Five colours as #rrggbb, commonest first; the last repeats where there are fewer."""
    reduced = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=1)
    palette = reduced.getpalette() or [0, 0, 0]
    counts: list[tuple[int, int]] = sorted(reduced.getcolors() or [], reverse=True)  # pyright: ignore[reportAssignmentType]
    colours = ["#{:02x}{:02x}{:02x}".format(*palette[index * 3 : index * 3 + 3]) for _, index in counts]
    return (colours + colours[-1:] * COLOURS)[:COLOURS]
