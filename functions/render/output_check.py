"""Checks what the renderer returned before it is stored: pictures are decoded, clips known by their first bytes."""

import io

from PIL import Image, UnidentifiedImageError

from functions.render.renderer import Output
from shared.renders.plan import Clip, Plan, Still
from shared.stores.storage import TYPES

SUFFIXES = {media_type: suffix.removeprefix(".") for suffix, media_type in TYPES.items()}
"""Media type -> the ending of a stored file."""
_MAGIC = {"video/mp4": (4, b"ftyp"), "video/webm": (0, b"\x1a\x45\xdf\xa3")}


class BadOutput(Exception):
    """The bytes are not what was asked for."""


def check(output: Output, plan: Plan) -> None:
    """Raises BadOutput unless the output is one that the plan asks for, in its type and no larger."""
    asked = _asked(output.name, plan)
    if not output.data or SUFFIXES.get(output.type) != asked.format:
        raise BadOutput(f"{output.name}: {output.type} of {len(output.data)} bytes")
    is_picture = output.type.startswith("image/")
    if is_picture and _picture(output) != (SUFFIXES[output.type], output.width, output.height):
        raise BadOutput(f"{output.name}: not a {output.width} x {output.height} {output.type}")
    # What is heavy to draw comes smaller than it was asked for.
    if output.width > asked.width or output.height > asked.height:
        raise BadOutput(f"{output.name}: larger than {asked.width} x {asked.height}")
    if is_picture:
        return
    offset, magic = _MAGIC[output.type]
    if output.data[offset : offset + len(magic)] != magic:
        raise BadOutput(f"{output.name}: not a {output.type}")


def _asked(name: str, plan: Plan) -> Still | Clip:
    for part in (*plan.stills, plan.clip):
        if part and part.name == name:
            return part
    raise BadOutput(f"{name}: nobody asked for it")


def _picture(output: Output) -> tuple[str, int, int]:
    try:
        with Image.open(io.BytesIO(output.data)) as picture:
            picture.load()
            return (picture.format or "").lower(), *picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadOutput(f"{output.name}: {error}") from error
