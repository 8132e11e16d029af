"""Still pictures as they come from the page: checked, converted where the page cannot, and measured."""

import io
from typing import Any

import numpy as np
from PIL import Image

from .plan import Still

LARGEST = 16 << 20  # bytes
COLOURS = 5
AVIF_QUALITY = 75


class BadOutput(Exception):
    """The page sent something other than what was asked for."""


def open_picture(still: Still, data: bytes) -> Image.Image:
    """The picture's pixels, RGB. Raises BadOutput unless it is one of the type and size asked for."""
    expected = "PNG" if still.format == "avif" else still.format.upper()
    if len(data) > LARGEST:
        raise BadOutput(f"{still.name} is {len(data)} bytes")
    try:
        with Image.open(io.BytesIO(data), formats=[expected]) as picture:
            if picture.size != (still.width, still.height):
                raise BadOutput(f"{still.name} is {picture.size}")
            return picture.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadOutput(f"{still.name} is no {expected}") from error


def finish(still: Still, picture: Image.Image, data: bytes) -> tuple[str, bytes]:
    """The content type and the bytes to hand out."""
    if still.format == "avif":
        out = io.BytesIO()
        picture.save(out, "AVIF", quality=AVIF_QUALITY, speed=8)
        data = out.getvalue()
    return f"image/{still.format}", data


def measure(picture: Image.Image) -> dict[str, Any]:
    """Facts about a poster: `palette` (5 colours, commonest first), `brightness` and `contrast` (0-1), `blank`.

    Brightness is the mean luma (Rec. 709), contrast twice its standard deviation.
    """
    small = picture.resize((64, 36), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float64) / 255
    luma = pixels @ np.array([0.2126, 0.7152, 0.0722])
    full = np.asarray(picture)
    return {
        "palette": find_palette(small),
        "brightness": round(float(luma.mean()), 4),
        "contrast": round(min(1.0, 2 * float(luma.std())), 4),
        "blank": bool(np.ptp(full.reshape(-1, 3), axis=0).max() <= 2),
    }


def find_palette(picture: Image.Image) -> list[str]:
    """Five colours as #rrggbb, commonest first; the last repeats where there are fewer."""
    reduced = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=1)
    palette = reduced.getpalette() or [0, 0, 0]
    counts: list[tuple[int, int]] = sorted(reduced.getcolors() or [], reverse=True)  # pyright: ignore[reportAssignmentType]
    colours = ["#{:02x}{:02x}{:02x}".format(*palette[index * 3 : index * 3 + 3]) for _, index in counts]
    return (colours + colours[-1:] * COLOURS)[:COLOURS]
