"""Pictures that authors captured in their own browsers: decoded, and encoded anew, before anybody else sees them."""

import hashlib
import io

from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from functions.render.renderer import End, Facts, Output, Record
from shared.renders.plan import Plan

FORMATS = ("PNG", "JPEG", "WEBP")
"""What is decoded; a picture of another kind is refused unread."""
MAX_PIXELS = 4096 * 4096
"""Of a captured picture; the size is known before it is decoded."""
QUALITY = {"quality": 90, "method": 2}
"""As of the renderer's own posters."""
FLAT = 2
"""Differences of a colour, 0-255, up to which a picture is blank."""


class BadCapture(Exception):
    """The bytes are no picture that may be shown; the text says why."""


def recode(data: bytes, width: int, height: int) -> tuple[bytes, bool]:
    """The picture as WebP of this size, cut to its shape, and whether it is blank. Raises BadCapture."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadCapture(f"The picture has more than {MAX_PIXELS} pixels.")
            fitted = ImageOps.fit(picture.convert("RGB"), (width, height), Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadCapture(f"It is no picture that can be read: send one of {', '.join(FORMATS)}.") from error
    out = io.BytesIO()
    fitted.save(out, "WEBP", **QUALITY)
    return out.getvalue(), all(high - low <= FLAT for low, high in ImageStat.Stat(fitted).extrema)


def records(data: bytes, plan: Plan) -> list[Record]:
    """What the renderer would have said: the poster, marked as its author's, and the end."""
    still = plan.stills[0]
    try:
        encoded, blank = recode(data, still.width, still.height)
    except BadCapture as error:
        return [End("failed", "refused", str(error))]
    facts = Facts({"captured": True, "blank": blank, "weight": "heavy"})
    digest = hashlib.sha256(encoded).digest()
    return [
        facts,
        Output(still.name, "image/webp", still.width, still.height, encoded, None, digest),
        End("done"),
    ]
