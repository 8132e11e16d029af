"""What the renderer checks of a project before a browser sees it: its shape, its size, its nesting."""

from collections.abc import Iterable
from typing import Any, cast

from shared.project.normalise import normalise_code

MAX_CODE_BYTES = 512 * 1024
"""UTF-8 bytes of the code of all passes together."""
MAX_DEPTH = 16
"""Levels of nesting: a project's values are gone through one by one on their way to the page."""
MAX_VALUES = 10_000
"""Values in a project as a whole."""


class Malformed(Exception):
    """The body is not what this service understands; the text says where."""


class Refused(Exception):
    """A project that is well-formed but more than this service renders; the text says why."""


def read_project(value: Any) -> dict[str, Any]:
    """The project with its code normalised, as far as the service itself must know it. Raises Malformed, Refused.

    What its passes and inputs mean is the player's to check, which answers with compile errors. The player normalises
    the code too; here it is done for those who read the code before.
    """
    project = _object(value, "project")
    passes = project.get("passes")
    if not isinstance(passes, list) or not passes:
        raise Malformed("project.passes must be a list of at least one pass")
    codes = [_code(item, f"project.passes[{at}]") for at, item in enumerate(cast(list[Any], passes))]
    _refuse_large(codes)
    _refuse_intricate(project)
    normalised = [
        {**item, "code": normalise_code(code)} for item, code in zip(cast("list[Any]", passes), codes, strict=True)
    ]
    return {**project, "passes": normalised}


def _refuse_intricate(project: dict[str, Any]) -> None:
    level, count = list[Any]([project]), 0
    for _ in range(MAX_DEPTH):
        level = [child for value in level for child in _children(value)]
        count += len(level)
        if count > MAX_VALUES:
            raise Refused(f"The project holds more than {MAX_VALUES:,} values.")
    if level:
        raise Refused(f"The project is nested more than {MAX_DEPTH} levels deep.")


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).values()
    return cast("list[Any]", value) if isinstance(value, list) else ()


def _refuse_large(codes: Iterable[str]) -> None:
    size = sum(len(code.encode()) for code in codes)
    if size > MAX_CODE_BYTES:
        raise Refused(f"The code of all passes together is {size:,} bytes; {MAX_CODE_BYTES:,} is the limit.")


def _code(value: Any, where: str) -> str:
    code = _object(value, where).get("code")
    if not isinstance(code, str):
        raise Malformed(f"{where}.code must be text")
    try:
        code.encode()
    except UnicodeEncodeError:
        raise Malformed(f"{where}.code holds half of a surrogate pair") from None
    if "\0" in code:
        raise Refused(f"{where}.code holds a NUL character.")
    return code


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{where} must be an object")
    return cast(dict[str, Any], value)
