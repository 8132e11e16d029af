"""Validation: what a schema of a request is, and marshmallow's messages as field errors of a problem."""

import difflib
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar, cast

import marshmallow
from marshmallow import EXCLUDE, ValidationError, validates_schema

from shared.errors import MAX_ERRORS, Invalid

MAX_KEY = 40
"""Characters of an unknown key that an error quotes."""


class Schema(marshmallow.Schema):
    """What comes in, made of shared/fields.py. Unknown fields are refused, the first few by name."""

    ignores_unknown: ClassVar[bool] = False

    def load(self, data: Any, *, many: bool | None = None, partial: Any = None, unknown: Any = None) -> Any:
        """What the data comes to. Raises ValidationError."""
        del unknown  # marshmallow would list every unknown field; the check below stops early
        return super().load(data, many=many, partial=partial, unknown=EXCLUDE)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def no_unknown_fields(self, data: Any, original: Any, **_: Any) -> None:
        """Refuses keys that no field has."""
        del data
        if self.ignores_unknown or not isinstance(original, Mapping):
            return
        known = {field.data_key or name for name, field in self.load_fields.items()}
        unknown = [str(key) for key in islice((key for key in original if key not in known), MAX_ERRORS)]
        if unknown:
            raise ValidationError({shortened(key): [unknown_message("field", key, known)] for key in unknown})


def unknown_message(kind: str, name: str, known: set[str]) -> str:
    """What is said of a name that there is not: with the nearest one that there is."""
    nearest = difflib.get_close_matches(name[:MAX_KEY], known, 1)
    return f"Unknown {kind}." + (f" Did you mean {nearest[0]}?" if nearest else "")


def shortened(name: str) -> str:
    """A name that somebody sent, as an error quotes it."""
    return name if len(name) <= MAX_KEY else f"{name[:MAX_KEY]}…"


def load(schema: type[marshmallow.Schema], data: Any) -> dict[str, Any]:
    """The data as the schema has it. Raises Invalid with an error for every field that is wrong, up to MAX_ERRORS."""
    try:
        return cast("dict[str, Any]", schema().load(data))
    except ValidationError as error:
        raise invalid(error.normalized_messages()) from error


def invalid(messages: dict[Any, Any]) -> Invalid:
    """The problem that marshmallow's nested messages describe."""
    errors = list(islice(_fields(messages), MAX_ERRORS + 1))
    told = "; ".join(f"{item['field'] or 'body'}: {item['message']}" for item in errors[:3])
    return Invalid(told, errors=errors)


def _fields(messages: Any, path: str = "") -> Iterator[dict[str, str]]:
    if isinstance(messages, dict):
        for name, inner in cast("dict[Any, Any]", messages).items():
            step = "" if name == "_schema" else str(name)
            yield from _fields(inner, ".".join(part for part in (path, step) if part))
    else:
        for message in cast("list[Any]", messages):
            yield {"field": path, "message": str(message)}
