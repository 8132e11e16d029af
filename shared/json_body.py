"""Reads JSON that somebody sent, and refuses what holds too many values before it is parsed into them.

A megabyte of `{},{},{}` would become a third of a million objects; counting its commas costs a millisecond and no memory.
"""

import re
from typing import Any

import orjson

from shared.errors import Invalid, Malformed

MAX_VALUES = 5000
"""Values and keys in one document. The largest project has about 1,500."""
MAX_DEPTH = 1000
"""Lists and objects inside of each other; orjson itself reads 1,024."""
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_MARKS = (b",", b"[", b"{")
"""What a value or key stands behind, outside of strings."""


def read_json(raw: bytes) -> Any:
    """The document. Raises Malformed for what is no JSON, Invalid for more than MAX_VALUES values."""
    check_json(raw)
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"The body is not valid JSON: {error}") from error


def check_json(raw: bytes) -> None:
    """Raises Invalid where the text has more than MAX_VALUES values, Malformed where it is nested too deeply."""
    if sum(map(raw.count, _MARKS)) <= MAX_VALUES:
        return  # counting those in strings, too
    values = depth = start = 0
    for string in _STRING.finditer(raw):
        values, depth = _counted(raw, start, string.start(), values + 1, depth)
        start = string.end()
    _counted(raw, start, len(raw), values, depth)


def _counted(raw: bytes, start: int, end: int, values: int, depth: int) -> tuple[int, int]:
    """Values and depth so far, with those of a stretch between two strings."""
    if end - start > 1:
        values += sum(raw.count(mark, start, end) for mark in _MARKS)
        depth += sum(raw.count(mark, start, end) for mark in (b"[", b"{"))
        depth -= sum(raw.count(mark, start, end) for mark in (b"]", b"}"))
    if depth > MAX_DEPTH:
        raise Malformed(f"The body is nested more than {MAX_DEPTH} deep.")
    if values > MAX_VALUES:
        message = f"A request holds at most {MAX_VALUES} values."
        raise Invalid(message, errors=[{"field": "", "message": message}])
    return values, depth
