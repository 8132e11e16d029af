"""What a plan comes to on a project: sizes and frame rates from a few fixed steps, chosen by what drawing a pixel costs.

The choice is made once, from processor time, which hardly changes on a busy machine, and is stored with the render. Sent
along with the plan, it makes the same bytes again.
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, cast

from functions.renderer.plan.clips import Size, sizes
from functions.renderer.plan.project import Malformed
from functions.renderer.plan.stills import SCALES, resized
from shared.renders.plan import MAX_TIME, STEPS, Plan, Still, frame_at

MOVES = {"None": None, "True": True, "False": False}


@dataclass(frozen=True, slots=True)
class Fit:
    """scale: of the stills' sizes. times: of stills that were moved to another time.

    moves: whether the project does; None while that is unknown. clip: None where there is none, or none fits.
    """

    scale: float = 1.0
    times: dict[str, float] = field(default_factory=dict[str, float])
    moves: bool | None = None
    clip: Size | None = None

    def document(self) -> dict[str, Any]:
        """The fit as JSON, as it is stored."""
        return asdict(self)

    def still(self, asked: Still) -> Still:
        """A still as it will be drawn, at the time of a frame, from the one that was asked for."""
        frame = frame_at(self.times.get(asked.name, asked.time))
        return replace(resized(asked, self.scale), time=frame / STEPS)


def read_fit(value: Any, plan: Plan) -> Fit | None:
    """A stored fit, for this plan; None for one of an earlier version, so that the plan is fitted again. Raises Malformed."""
    if value is None or (isinstance(value, dict) and "rate" in value):
        return None
    try:
        item = cast("dict[str, Any]", value)
        parts = ("width", "height", "fps", "steps")
        size = None if item["clip"] is None else Size(*(int(item["clip"][key]) for key in parts))
        times = {str(name): float(time) for name, time in item["times"].items()}
        fit = Fit(float(item["scale"]), times, MOVES[str(item["moves"])], size)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Malformed("fit is not one that this service makes") from error
    if fit.scale not in SCALES or not _belongs(fit, plan):
        raise Malformed("fit does not belong to the plan")
    return fit


def _belongs(fit: Fit, plan: Plan) -> bool:
    possible = [size for stepped in (False, True) for size in sizes(plan.clip, stepped)] if plan.clip else []
    names = {still.name for still in plan.stills}
    times_are_sound = all(name in names and 0 <= time <= MAX_TIME for name, time in fit.times.items())  # no NaN either
    return times_are_sound and fit.clip in [None, *possible]
