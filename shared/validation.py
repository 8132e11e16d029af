"""Validation: marshmallow's messages as field errors of a problem."""

from typing import Any, cast

from marshmallow import Schema, ValidationError

from shared.errors import Invalid


def load(schema: type[Schema], data: Any) -> dict[str, Any]:
    """The data as the schema has it. Raises Invalid with an error for every field that is wrong."""
    try:
        return cast("dict[str, Any]", schema().load(data))
    except ValidationError as error:
        raise invalid(error.normalized_messages()) from error


def invalid(messages: dict[Any, Any]) -> Invalid:
    """The problem that marshmallow's nested messages describe."""
    errors = list(_fields(messages))
    return Invalid("; ".join(f"{item['field'] or 'body'}: {item['message']}" for item in errors[:3]), errors=errors)


def _fields(messages: Any, path: str = "") -> Any:
    if isinstance(messages, dict):
        for name, inner in cast("dict[Any, Any]", messages).items():
            step = "" if name == "_schema" else str(name)
            yield from _fields(inner, ".".join(part for part in (path, step) if part))
    else:
        for message in cast("list[Any]", messages):
            yield {"field": path, "message": str(message)}
