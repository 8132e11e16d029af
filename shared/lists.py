"""Keyset lists: opaque cursors that survive inserts, and `{items, next}`."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

import orjson
from marshmallow import Schema as Document
from marshmallow import fields as documents
from marshmallow import validate

from shared import fields
from shared.errors import Invalid
from shared.validation import Schema

Part = Callable[[Any], Any]
"""Reads one part of a position. Raises ValueError, TypeError or AttributeError for what is none."""


class Page(Schema):
    """Query parameters of a list."""

    cursor = fields.Text(400)
    limit = fields.Whole(load_default=24, validate=validate.Range(1, 100))


class List(Document):
    """A page of a list; each kind adds its `items`."""

    next = documents.String(required=True, allow_none=True, metadata={"description": "cursor of the next page"})


def encode(order: str, *position: Any) -> str:
    """A cursor for the place after `position` in the list ordered by `order`."""
    return base64.urlsafe_b64encode(orjson.dumps([order, *position])).decode().rstrip("=")


def timestamp(text: str) -> str:
    """The text, if it is a time as Postgres prints it. Raises ValueError."""
    datetime.fromisoformat(text)
    return text


def decode(order: str, cursor: str | None, types: Sequence[Part]) -> list[Any] | None:
    """The position in a cursor, its parts read by these; None without a cursor. Raises Invalid for any other text."""
    if not cursor:
        return None
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        name, *position = cast("list[Any]", parts)
        if name != order or len(position) != len(types):
            raise ValueError(name)
        return [kind(part) for kind, part in zip(types, position, strict=True)]
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error) as error:
        message = "Use the `next` of the page before, with the same order."
        raise Invalid(
            "The cursor is not one of this list's.", errors=[{"field": "cursor", "message": message}]
        ) from error


def page(rows: Sequence[dict[str, Any]], limit: int, order: str, *keys: str) -> dict[str, Any]:
    """`{items, next}` from limit + 1 rows, each with `document` and the columns that order them."""
    more = len(rows) > limit
    shown = rows[:limit]
    after = encode(order, *(_plain(shown[-1][key]) for key in keys)) if more else None
    return {"items": [row["document"] for row in shown], "next": after}


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str) else str(value)
