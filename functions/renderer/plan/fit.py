"""Fits a plan to the deadline: sizes and frame rates from a few fixed steps, chosen by what drawing a pixel costs.

The choice is made once, from processor time, which hardly changes on a busy machine, and is stored with the render. Sent
along with the plan, it makes the same bytes again.
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, cast

from functions.renderer.plan.project import Malformed
from shared.renders.plan import MAX_TIME, Clip, Plan, Still

STILLS_SHARE = 0.35
"""Of the deadline, in processor time of one core, for the stills; measured while nothing else runs on the machine.

With a job on every core the same job takes half as much again.
"""
CLIP_SHARE = 0.4
"""The same for the clip."""
ENCODING = 25e-9
"""Seconds a pixel that encoding adds to a frame of a clip."""
CLIP_STEPS = ((1.0, 1.0), (1.0, 1 / 2), (2 / 3, 1 / 2), (1 / 2, 1 / 3), (1 / 3, 1 / 3))
"""(size, frame rate) of a clip, as parts of what was asked for.

Each costs half of the one before, or less; the second is also for what moves slowly.
"""
SCALES = (1.0, 1 / 2, 1 / 4, 1 / 8)
"""Of the stills' sizes."""
SMALLEST = (320, 180)
"""Pixels that a still is not scaled below."""
MOVES = {"None": None, "True": True, "False": False}
RATES = (30, 15, 10, 5, 2, 1)
"""Frames a second at which buffers are stepped up to a still."""


class TooHeavy(Exception):
    """Not even the smallest picture fits; the text says what it would cost."""


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a clip in pixels, and its frames a second."""

    width: int
    height: int
    fps: int


@dataclass(frozen=True, slots=True)
class Fit:
    """scale: of the stills' sizes. rate: frames a second of buffers. times: of stills that were moved to another time.

    moves: whether the project does; None while that is unknown. clip: None where there is none, or none fits.
    """

    scale: float = 1.0
    rate: int = RATES[0]
    times: dict[str, float] = field(default_factory=dict[str, float])
    moves: bool | None = None
    clip: Size | None = None

    def document(self) -> dict[str, Any]:
        """The fit as JSON, as it is stored."""
        return asdict(self)

    def still(self, asked: Still) -> Still:
        """A still as it will be drawn, from the one that was asked for."""
        width, height = (max(1, round(side * self.scale)) for side in (asked.width, asked.height))
        return replace(asked, width=width, height=height, time=self.times.get(asked.name, asked.time))


def read_fit(value: Any, plan: Plan) -> Fit | None:
    """A stored fit, for this plan. Raises Malformed."""
    if value is None:
        return None
    try:
        item = cast("dict[str, Any]", value)
        size = None if item["clip"] is None else Size(*(int(item["clip"][key]) for key in ("width", "height", "fps")))
        times = {str(name): float(time) for name, time in item["times"].items()}
        fit = Fit(float(item["scale"]), int(item["rate"]), times, MOVES[str(item["moves"])], size)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Malformed("fit is not one that this service makes") from error
    if fit.scale not in SCALES or fit.rate not in RATES or not _belongs(fit, plan):
        raise Malformed("fit does not belong to the plan")
    return fit


def _belongs(fit: Fit, plan: Plan) -> bool:
    sizes = [scaled(plan.clip, step) for step in CLIP_STEPS] if plan.clip else []
    names = {still.name for still in plan.stills}
    times_are_sound = all(name in names and 0 <= time <= MAX_TIME for name, time in fit.times.items())  # no NaN either
    return times_are_sound and fit.clip in [None, *sizes]


def fit_stills(plan: Plan, cost: float, steps: bool, budget: float) -> tuple[float, int]:
    """Scale and rate of the stills. cost: seconds a pixel; steps: whether frames build on each other; budget: seconds.

    Raises TooHeavy.
    """
    largest = max(plan.stills, key=lambda still: still.width * still.height)
    for scale in _scales(largest):
        pixels = [still.width * still.height * scale**2 for still in plan.stills]
        if not steps:
            if sum(pixels) * cost <= budget:
                return scale, RATES[0]
            continue
        last = plan.stills[-1].time
        for rate in RATES:
            if (last * rate + 1) * max(pixels) * cost <= budget:
                return scale, rate
    raise TooHeavy(_explain(largest, cost, budget))


def _scales(still: Still) -> list[float]:
    """The scales that keep a still at SMALLEST or above; 1 for one that is smaller already."""
    return [1.0, *(s for s in SCALES[1:] if still.width * s >= SMALLEST[0] and still.height * s >= SMALLEST[1])]


def _explain(still: Still, cost: float, budget: float) -> str:
    scale = _scales(still)[-1]
    width, height = round(still.width * scale), round(still.height * scale)
    seconds = width * height * cost
    what = f"A picture of {width} x {height} would take {seconds:.3g} s of processor time"
    return f"{what}, and all of them may take {budget:.3g} s: fewer steps or loops would help."


def fit_clip(clip: Clip, cost: float, steps: bool, budget: float, below: Size | None = None) -> Size | None:
    """The best size of a clip that fits the budget, below the size `below` if given; None if none does."""
    sizes = [scaled(clip, step) for step in CLIP_STEPS]
    if below:
        sizes = sizes[sizes.index(below) + 1 :]
    for size in sizes:
        if clip_seconds(clip, size, cost, steps) <= budget:
            return size
    return None


def clip_seconds(clip: Clip, size: Size, cost: float, steps: bool) -> float:
    """Seconds of processor time that a clip takes."""
    return drawing_seconds(clip, size, cost, steps) + size.width * size.height * size.fps * clip.duration * ENCODING


def drawing_seconds(clip: Clip, size: Size, cost: float, steps: bool) -> float:
    """Seconds of processor time that a clip takes without its encoding."""
    before = clip.start if steps else 0.0
    return size.width * size.height * size.fps * (before + clip.duration) * cost


def scaled(clip: Clip, step: tuple[float, float]) -> Size:
    """The size of a clip at one of CLIP_STEPS. Sides stay even, as 4:2:0 video needs."""
    part, speed = step
    width, height = (max(2, 2 * round(side * part / 2)) for side in (clip.width, clip.height))
    return Size(width, height, max(1, round(clip.fps * speed)))
