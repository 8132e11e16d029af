"""What a request asks for, checked: a project and a plan of stills and a clip."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

FORMATS = ("webp", "png", "avif")
CLIP_FORMATS = ("mp4", "webm")
MAX_STILLS = 16
MAX_SIDE = 4096
MAX_TIME = 3600.0
MAX_CODE_BYTES = 512 * 1024
# Of a project as a whole: its values are gone through one by one on their way to the page.
MAX_DEPTH = 16
MAX_VALUES = 10_000


class Malformed(Exception):
    """The body is not what this service understands; the text says where."""


class Refused(Exception):
    """A project that is well-formed but more than this service renders; the text says why."""


@dataclass(frozen=True, slots=True)
class Still:
    """One picture: time in seconds, size in pixels. seek: another time will do where this one shows nothing."""

    name: str
    time: float
    width: int
    height: int
    format: str
    seek: bool = False


@dataclass(frozen=True, slots=True)
class Clip:
    """One moving picture: times in seconds, size in pixels, both even.

    loop: its end is to lead into its beginning. sparse: every other frame will do where they look like the next.
    """

    name: str
    start: float
    duration: float
    fps: int
    width: int
    height: int
    format: str
    unless_still: bool
    loop: bool = False
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make of a project: stills in time order, then perhaps a clip."""

    stills: tuple[Still, ...]
    clip: Clip | None

    def document(self) -> dict[str, Any]:
        """As the page wants it."""
        return {"stills": [asdict(still) for still in self.stills], "clip": asdict(self.clip) if self.clip else None}


def read_plan(value: Any, longest: float) -> Plan:
    """The plan in a request's body; `longest` is the longest clip in seconds. Raises Malformed."""
    plan = _object(value, "plan")
    listed = plan.get("stills", [])
    if not isinstance(listed, list) or not 1 <= len(cast(list[Any], listed)) <= MAX_STILLS:
        raise Malformed(f"plan.stills must be a list of 1 to {MAX_STILLS}")
    stills = [_read_still(item, f"plan.stills[{at}]") for at, item in enumerate(cast(list[Any], listed))]
    clip = None if plan.get("clip") is None else _read_clip(plan["clip"], longest)
    names = [output.name for output in (*stills, *([clip] if clip else []))]
    if len(set(names)) != len(names):
        raise Malformed("two outputs of the plan have the same name")
    return Plan(tuple(sorted(stills, key=lambda still: still.time)), clip)


def _read_still(value: Any, where: str) -> Still:
    item = _object(value, where)
    return Still(
        name=_name(item, where),
        time=_number(item, "time", where, 0, MAX_TIME),
        width=_size(item, "width", where),
        height=_size(item, "height", where),
        format=_choice(item, "format", where, FORMATS),
        seek=item.get("seek", False) is True,
    )


def _read_clip(value: Any, longest: float) -> Clip:
    item, where = _object(value, "plan.clip"), "plan.clip"
    clip = Clip(
        name=_name(item, where),
        start=_number(item, "start", where, 0, MAX_TIME),
        duration=_number(item, "duration", where, 0.1, longest),
        fps=int(_number(item, "fps", where, 1, 60)),
        width=_size(item, "width", where),
        height=_size(item, "height", where),
        format=_choice(item, "format", where, CLIP_FORMATS),
        unless_still=item.get("unless_still", True) is True,
        loop=item.get("loop", False) is True,
        sparse=item.get("sparse", False) is True,
    )
    if clip.width % 2 or clip.height % 2:
        raise Malformed("plan.clip.width and plan.clip.height must be even")
    return clip


def read_project(value: Any) -> dict[str, Any]:
    """The project, as far as the service itself must know it. Raises Malformed, Refused.

    What its passes and inputs mean is the player's to check, which answers with compile errors.
    """
    project = _object(value, "project")
    passes = project.get("passes")
    if not isinstance(passes, list) or not passes:
        raise Malformed("project.passes must be a list of at least one pass")
    codes = [_code(item, f"project.passes[{at}]") for at, item in enumerate(cast(list[Any], passes))]
    _refuse_large(codes)
    _refuse_intricate(project)
    return project


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


def _name(item: Mapping[str, Any], where: str) -> str:
    name = item.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= 64 or not name.isprintable():
        raise Malformed(f"{where}.name must be text of 1 to 64 characters")
    return name


def _number(item: Mapping[str, Any], key: str, where: str, low: float, high: float) -> float:
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise Malformed(f"{where}.{key} must be a number from {low} to {high}")
    return value


def _size(item: Mapping[str, Any], key: str, where: str) -> int:
    value = _number(item, key, where, 16, MAX_SIDE)
    if value != int(value):
        raise Malformed(f"{where}.{key} must be a whole number")
    return int(value)


def _choice(item: Mapping[str, Any], key: str, where: str, choices: tuple[str, ...]) -> str:
    value = item.get(key)
    if value not in choices:
        raise Malformed(f"{where}.{key} must be one of: {', '.join(choices)}")
    return str(value)
