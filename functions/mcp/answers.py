"""Answers to agents, kept within what their clients take: smaller pictures, or fewer, and cut texts, which the answer says."""

import base64
import io
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from mcp_types import CallToolResult, ContentBlock, ImageContent, TextContent
from PIL import Image

BUDGET = 700_000
"""Bytes of one answer as JSON; some clients drop what has more than a megabyte."""
MAX_DOCUMENT = 400_000
"""Bytes of it that the document may take; the rest is for pictures."""
LENGTHS = (200_000, 50_000, 10_000, 2_000, 500, 100)
"""Characters that texts are cut to, one after the other, until the document is small enough."""
SMALLEST = 4_000
"""Bytes of a picture below which it would tell nothing."""
_OVERHEAD = 200
"""Bytes of JSON around a picture or a note."""

Load = Callable[[dict[str, Any]], bytes | None]
"""The bytes of a row of renders.outputs, or None where they are missing."""


def answer(
    document: dict[str, Any], rows: Sequence[dict[str, Any]] = (), load: Load | None = None, *, failed: bool = False
) -> CallToolResult:
    """A document and pictures as a tool's result. rows: of renders.outputs, which load(row) reads one by one."""
    text, structured, notes = _document(document)
    left = BUDGET - _size(text) - _size(structured) - _OVERHEAD * (len(rows) + 1) * 2
    images = list[ImageContent]()
    for n, row in enumerate(rows):
        data = load(row) if load else None
        if data is None:
            continue
        image = _picture(data, row, left // (len(rows) - n), notes)
        if image:
            images.append(image)
            left -= len(image.data)
    said = [TextContent(type="text", text="\n".join(notes))] if notes else []
    content: list[ContentBlock] = [TextContent(type="text", text=text), *images, *said]
    return CallToolResult(content=content, structured_content=structured, is_error=failed)


def _size(value: Any) -> int:
    return len(orjson.dumps(value))


def _document(document: dict[str, Any]) -> tuple[str, dict[str, Any] | None, list[str]]:
    """The document as text, as data where there is room for both, and what was done to it."""
    plain = orjson.loads(orjson.dumps(document))
    text = orjson.dumps(plain, option=orjson.OPT_INDENT_2).decode()
    if _size(text) + _size(plain) <= MAX_DOCUMENT:
        return text, plain, []
    text, notes = orjson.dumps(plain).decode(), ["The document is long, so it is here as text alone."]
    for longest in LENGTHS:
        if _size(text) <= MAX_DOCUMENT:
            break
        text = orjson.dumps(_cut(plain, longest)).decode()
        notes[1:] = [f"Texts in it are cut after {longest} characters, where they end with …; the API has them whole."]
    return text, None, notes


def _cut(value: Any, longest: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= longest else f"{value[:longest]}…"
    if isinstance(value, dict):
        return {name: _cut(inner, longest) for name, inner in value.items()}
    return [_cut(inner, longest) for inner in value] if isinstance(value, list) else value


def _picture(data: bytes, row: dict[str, Any], room: int, notes: list[str]) -> ImageContent | None:
    """The picture in so many bytes of base64, smaller if need be, or None; notes get what became of it."""
    which = f"The picture at {row['time'] or 0:g} s"
    if len(data) * 4 // 3 + 4 <= room:
        return _image(data, row["type"])
    small = _smaller(data, room * 3 // 4 - 4)
    if small is None:
        notes.append(f"{which} is left out, since the answer would be too long; it is at /renders/{row['key']}.")
        return None
    with Image.open(io.BytesIO(small)) as shown:
        size = f"{shown.width}x{shown.height}"
    whole = f"{row['width']}x{row['height']}"
    notes.append(f"{which} is shown smaller, at {size} instead of {whole}; the whole one is at /renders/{row['key']}.")
    return _image(small, "image/webp")


def _smaller(data: bytes, most: int) -> bytes | None:
    """The picture as WebP of at most so many bytes, or None where that would tell nothing."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGBA" if "A" in opened.getbands() else "RGB")
    scale = 1.0
    while most >= SMALLEST and scale > 0.05:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        file = io.BytesIO()
        picture.resize(size, Image.Resampling.BILINEAR).save(file, "WEBP", quality=80, method=1)
        if file.tell() <= most:
            return file.getvalue()
        scale *= 0.95 * (most / file.tell()) ** 0.5
    return None


def _image(data: bytes, kind: str) -> ImageContent:
    return ImageContent(type="image", data=base64.b64encode(data).decode(), mime_type=kind)
