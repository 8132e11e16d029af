"""Fields of what comes in, each with a limit that is looked at before anything costs time: patterns, items, conversions.

Every schema of a request is made of these; a test walks them all.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from marshmallow import Schema, fields, validate

MAX_NUMBER_TEXT = 40
"""Characters of a number that comes as text, as in an address."""


class Text(fields.String):
    """Text of `shortest` to `longest` characters, which are counted before a pattern reads it. trim: without spaces around it."""

    def __init__(
        self,
        longest: int,
        shortest: int | None = None,
        *,
        validate: Iterable[Any] = (),
        trim: bool = False,
        **more: Any,
    ):
        self.length = _length(shortest, longest)
        self.trim = trim
        super().__init__(validate=[self.length, *validate], **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        return self.length(text.strip() if self.trim else text)


class Email(fields.Email):
    """An email address."""

    def __init__(self, longest: int = 254, **more: Any):
        self.length = _length(None, longest)
        super().__init__(validate=[self.length], **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return self.length(super()._deserialize(value, attr, data, **kwargs))


class Choice(fields.String):
    """One of a few words."""

    def __init__(self, choices: Sequence[str], **more: Any):
        super().__init__(validate=validate.OneOf(choices), **more)


class Flag(fields.Boolean):
    """true or false, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Number(fields.Float):
    """A number, also as text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and len(value) > MAX_NUMBER_TEXT:
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Whole(fields.Integer):
    """A whole number, also as text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and len(value) > MAX_NUMBER_TEXT:
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Items(fields.List[Any]):
    """A list of `shortest` to `longest` items, which are counted before one of them is read."""

    def __init__(self, inner: fields.Field[Any] | type[Schema], longest: int, shortest: int | None = None, **more: Any):
        self.length = _length(shortest, longest)
        item = inner if isinstance(inner, fields.Field) else fields.Nested(inner)
        super().__init__(item, validate=[self.length], **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, list):
            self.length(value)
        return super()._deserialize(value, attr, data, **kwargs)


class Scalars(fields.Raw):
    """A single value, or a list of at most `longest` of them; of which type is for the schema to judge."""

    def __init__(self, longest: int, **more: Any):
        self.length = _length(None, longest)
        metadata = {"type": ["number", "boolean", "array"], "items": {"type": "number"}}
        super().__init__(metadata=metadata, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict):
            raise self.make_error("validator_failed")
        return self.length(value) if isinstance(value, list) else value


def _length(shortest: int | None, longest: int) -> validate.Length:
    return validate.Length(min=shortest, max=longest)
