"""What the renderer tells of a picture besides its bytes, as far as it is what it should be: the renderer is not trusted."""

from typing import Any, cast

from shared.renders.warnings import Code

MAX_WARNINGS = 64
"""Of a picture or of a project."""
MAX_MESSAGE = 500
"""Characters of a warning."""
NUMBERS = {"frame": int, "time_delta": float, "start": float, "duration": float, "fps": float, "steps_per_second": int}
POSSIBLE = {"width": int, "height": int, "time": float, "times": int, "duration": float}
FACTS = {"blank": bool, "nan": int, "inf": int, "brightness": float, "contrast": float}


def read_about(header: dict[str, Any]) -> dict[str, Any]:
    """`{frame, time_delta, facts, warnings}` of a still, `{start, duration, fps, steps_per_second, warnings}` of a clip.

    Raises KeyError, TypeError or ValueError for nonsense.
    """
    about: dict[str, Any] = _known(header, NUMBERS)
    if "facts" in header:
        about["facts"] = _known(dict(header["facts"]), FACTS)
    return about | {"warnings": read_warnings(header.get("warnings", []))}


def read_warnings(value: Any) -> list[dict[str, str]]:
    """Warnings as `{code, message}`. Raises as above."""
    items = cast("list[dict[str, Any]]", list(value)[:MAX_WARNINGS])
    return [{"code": Code(item["code"]).value, "message": str(item["message"])[:MAX_MESSAGE]} for item in items]


def read_possible(value: Any) -> dict[str, Any] | None:
    """What would not have been too heavy, see the document `Possible`; None where nothing is said. Raises as above."""
    return _known(dict(value), POSSIBLE) if value else None


def _known(values: dict[str, Any], types: dict[str, Any]) -> dict[str, Any]:
    return {name: kind(values[name]) for name, kind in types.items() if values.get(name) is not None}
