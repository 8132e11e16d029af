"""What to draw of a project: stills and a clip, with the limits that every plan keeps.

A plan is made here for a publication or for an ad hoc request, travels as a JSON document through the database to the
renderer, and is read here again. Standard library alone: the renderer's image has nothing else.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

IMAGE_FORMATS = ("webp", "png", "avif")
"""Formats of a still."""
CLIP_FORMATS = ("mp4", "webm")
"""Formats of a clip: H.264 in MP4, AV1 or VP9 in WebM."""
MAX_STILLS = 16
"""Stills in one plan."""
MIN_SIDE, MAX_SIDE = 16, 4096
"""Pixels of a picture's width and height."""
STEPS = 60
"""Steps a second: time goes on in these, as in a browser at 60 Hz."""
MAX_TIME = 3600.0
"""Seconds; the latest moment that is drawn."""
SHORTEST_CLIP = 0.1
"""Seconds. The longest clip is the deployment's own limit, MAX_RENDER_DURATION."""
MAX_FPS = 60
"""Frames a second of a clip."""
MAX_NAME = 64
"""Characters in the name of an output."""
MAX_STILL_ASKED = (3840, 2160)
"""Width and height, in pixels, of a still that somebody asks for."""
MAX_CLIP_ASKED = (1920, 1080)
"""Width and height, in pixels, of a clip that somebody asks for."""


class PlanError(ValueError):
    """A plan that cannot be carried out. field: which part of it is wrong; the text begins with it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Still:
    """One picture: time in seconds, size in pixels. seek: another time may be used where this one shows nothing."""

    name: str
    time: float
    width: int
    height: int
    format: str
    seek: bool = False


@dataclass(frozen=True, slots=True)
class Clip:
    """One video: times in seconds, size in pixels, both sides even.

    unless_still: none is made where nothing moves. loop: the end leads into the beginning. sparse: half the frames are
    enough where each looks like the next.
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
    """What to make of a project: stills, at least one, then perhaps a clip."""

    stills: tuple[Still, ...]
    clip: Clip | None = None

    def within(self, longest: float) -> "Plan":
        """The plan with a clip of no more than `longest` seconds: it may have been made when longer ones were allowed."""
        if self.clip is None or self.clip.duration <= longest:
            return self
        return replace(self, clip=replace(self.clip, duration=float(longest)))

    def document(self) -> dict[str, Any]:
        """The plan as JSON holds it. Content keys are made from this document, so it must not change for the same plan."""
        return {
            "stills": [self._still_document(still) for still in self.stills],
            "clip": asdict(self.clip) if self.clip else None,
        }

    def _still_document(self, still: Still) -> dict[str, Any]:
        document = asdict(still)
        if not still.seek and not self.clip:
            del document["seek"]  # plans of stills alone have always been written without it
        return document


def frame_at(time: float) -> int:
    """The frame that a time in seconds falls on, the nearest one. Halves go down, so that frames in a row have numbers in a row."""
    return max(0, math.floor(time * STEPS - 1e-6 + 0.5))


POSTER = Still("poster", 1.0, 640, 360, "webp", seek=True)
"""The still that stands for a shader: at one second, or where there is something to see."""
CAPTURE = Plan((Still("poster", 0.0, 640, 360, "webp"),))
"""The plan of a picture that a shader's author captured; its time is unknown."""
PREVIEW = Clip("preview", 0.0, 4.0, 30, 480, 270, "mp4", unless_still=True, loop=True, sparse=True)
"""The clip of a published shader that moves: four seconds, or one period of it."""


def publication(project: Mapping[str, Any], longest: float) -> Plan:
    """The plan of a saved version: a poster, at the moment that its author chose if there is one, and a preview.

    longest: the longest clip that the deployment allows, in seconds; the preview is no longer than that.
    """
    moment = project.get("poster_time")
    poster = POSTER if moment is None else replace(POSTER, time=moment, seek=False)
    preview = PREVIEW if PREVIEW.duration <= longest else replace(PREVIEW, duration=float(longest))
    return Plan((poster,), preview)


def ad_hoc(times: Sequence[float], width: int, height: int, output_format: str, longest: float) -> Plan:
    """The plan of a request: a still for each time, or for a video format the clip from the first time to the last.

    The first still is also the poster, so that every render can be seen the same way. Times in seconds, sizes in pixels;
    longest: the longest clip that the deployment allows, in seconds. Raises PlanError, whose field is `times`, `width`,
    `height` or `format`.
    """
    _check_request(times, width, height, output_format)
    if output_format in CLIP_FORMATS:
        return _ad_hoc_clip(times, width, height, output_format, longest)
    names = ["poster", *(f"frame-{n}" for n in range(1, len(times)))]
    stills = (Still(name, time, width, height, output_format) for name, time in zip(names, times, strict=True))
    return Plan(tuple(stills))


def _check_request(times: Sequence[float], width: int, height: int, output_format: str) -> None:
    if output_format not in (*IMAGE_FORMATS, *CLIP_FORMATS):
        raise PlanError("format", f"must be one of: {', '.join((*IMAGE_FORMATS, *CLIP_FORMATS))}")
    if not 1 <= len(times) <= MAX_STILLS or list(times) != sorted(set(times)):
        raise PlanError("times", f"must be 1 to {MAX_STILLS} that rise")
    if not 0 <= times[0] <= times[-1] <= MAX_TIME:
        raise PlanError("times", f"must be from 0 to {MAX_TIME:g} s")
    largest = MAX_CLIP_ASKED if output_format in CLIP_FORMATS else MAX_STILL_ASKED
    for field, side, limit in (("width", width, largest[0]), ("height", height, largest[1])):
        if not MIN_SIDE <= side <= limit:
            raise PlanError(field, f"must be from {MIN_SIDE} to {limit}")


def _ad_hoc_clip(times: Sequence[float], width: int, height: int, output_format: str, longest: float) -> Plan:
    for field, side in (("width", width), ("height", height)):
        if side % 2:
            raise PlanError(field, "must be even for a clip")
    start, duration = times[0], times[-1] - times[0]
    if len(times) != 2 or not SHORTEST_CLIP <= duration <= longest:
        apart = f"{SHORTEST_CLIP:g} to {longest:g} s apart"
        raise PlanError(
            "times", f"of a clip must be two, its start and its end, {apart}; {longest:g} s is the server's limit"
        )
    still = replace(POSTER, time=start, width=width, height=height, seek=False)
    clip = Clip(PREVIEW.name, start, duration, PREVIEW.fps, width, height, output_format, unless_still=False)
    return Plan((still,), clip)


def read_plan(document: Any, longest: float) -> Plan:
    """A plan from its document, its stills in the order of their times. longest: the longest clip, in seconds.

    Raises PlanError with the field, such as `plan.stills[0].width`.
    """
    plan = _object(document, "plan")
    listed = plan.get("stills", [])
    if not isinstance(listed, list) or not 1 <= len(cast("list[Any]", listed)) <= MAX_STILLS:
        raise PlanError("plan.stills", f"must be a list of 1 to {MAX_STILLS}")
    stills = [_read_still(item, f"plan.stills[{at}]") for at, item in enumerate(cast("list[Any]", listed))]
    clip = None if plan.get("clip") is None else _read_clip(plan["clip"], longest)
    names = [output.name for output in (*stills, *([clip] if clip else []))]
    if len(set(names)) != len(names):
        raise PlanError("plan", "has two outputs of the same name")
    return Plan(tuple(sorted(stills, key=lambda still: still.time)), clip)


def _read_still(value: Any, where: str) -> Still:
    item = _object(value, where)
    return Still(
        name=_name(item, where),
        time=_number(item, "time", where, 0, MAX_TIME),
        width=_size(item, "width", where),
        height=_size(item, "height", where),
        format=_choice(item, "format", where, IMAGE_FORMATS),
        seek=item.get("seek", False) is True,
    )


def _read_clip(value: Any, longest: float) -> Clip:
    item, where = _object(value, "plan.clip"), "plan.clip"
    clip = Clip(
        name=_name(item, where),
        start=_number(item, "start", where, 0, MAX_TIME),
        duration=_number(item, "duration", where, SHORTEST_CLIP, longest),
        fps=int(_number(item, "fps", where, 1, MAX_FPS)),
        width=_size(item, "width", where),
        height=_size(item, "height", where),
        format=_choice(item, "format", where, CLIP_FORMATS),
        unless_still=item.get("unless_still", True) is True,
        loop=item.get("loop", False) is True,
        sparse=item.get("sparse", False) is True,
    )
    for side in ("width", "height"):
        if getattr(clip, side) % 2:
            raise PlanError(f"{where}.{side}", "must be even")
    return clip


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PlanError(where, "must be an object")
    return cast("dict[str, Any]", value)


def _name(item: Mapping[str, Any], where: str) -> str:
    name = item.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise PlanError(f"{where}.name", f"must be text of 1 to {MAX_NAME} characters")
    return name


def _number(item: Mapping[str, Any], key: str, where: str, low: float, high: float) -> float:
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise PlanError(f"{where}.{key}", f"must be a number from {low:g} to {high:g}")
    return value


def _size(item: Mapping[str, Any], key: str, where: str) -> int:
    value = _number(item, key, where, MIN_SIDE, MAX_SIDE)
    if value != int(value):
        raise PlanError(f"{where}.{key}", "must be a whole number")
    return int(value)


def _choice(item: Mapping[str, Any], key: str, where: str, choices: tuple[str, ...]) -> str:
    value = item.get(key)
    if value not in choices:
        raise PlanError(f"{where}.{key}", f"must be one of: {', '.join(choices)}")
    return str(value)
