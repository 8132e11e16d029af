"""Fits a plan's stills to the deadline: their size, and where that does not suffice the time of those whose time nobody chose."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from functions.renderer.plan.costs import Costs
from shared.renders.plan import MIN_SIDE, STEPS, Plan, Still, frame_at

STILLS_SHARE = 0.35
"""Of the deadline, in processor time of one core, for the stills; measured while nothing else runs on the machine.

With a job on every core the same job takes half as much again.
"""
STEPPED_SHARE = 0.45
"""The same where frames build on each other: a second of them are 61 frames."""
SCALES = (1.0, 1 / 2, 1 / 4, 1 / 8)
"""Of the stills' sizes."""
SMALLEST = (320, 180)
"""A still is not scaled to fewer pixels than these, whatever its shape."""
SMALLEST_LATE = (80, 45)
"""The same for a request of stills whose frames build on each other: it is for its times, which may be late, that it was made."""


LATE_SHARE = 0.75
"""Of the budget, for a poster that moves because later steps are dear: how dear is not known well, and where they begin."""


class TooHeavy(Exception):
    """Not even the smallest picture fits; the text says what it would cost.

    possible: what would do, `{width, height, time}` with the latest time, or `{width, height, times}` with how many; None: nothing.
    """

    def __init__(self, text: str, possible: dict[str, Any] | None = None) -> None:
        super().__init__(text)
        self.possible = possible


def fit_stills(plan: Plan, costs: Costs, budget: float) -> tuple[float, dict[str, float]]:
    """The scale of the stills, and the times of those that have to move, by name. budget: seconds. Raises TooHeavy."""
    largest = max(plan.stills, key=lambda still: still.width * still.height)
    scales = _scales(largest, SMALLEST_LATE if costs.steps and not plan.clip else SMALLEST)
    for scale in scales:
        if costs.seconds(_scaled(plan.stills, scale)) <= budget:
            return scale, {}
    stills = _scaled(plan.stills, scales[-1])
    frame = costs.latest_frame(stills, budget) if costs.steps else -1
    late = [still for still in stills if frame_at(still.time) > frame]
    if frame < 0 or not late or not all(still.seek for still in late):
        raise _too_heavy(stills, costs, budget, frame)
    if costs.steps and costs.steps.become_dear:
        frame = max(0, costs.latest_frame(stills, LATE_SHARE * budget))
    return scales[-1], {still.name: frame / STEPS for still in late}


def resized(still: Still, part: float) -> Still:
    """The still in another size."""
    return replace(still, width=max(1, round(still.width * part)), height=max(1, round(still.height * part)))


def _scaled(stills: Sequence[Still], part: float) -> list[Still]:
    return [resized(still, part) for still in stills]


def _scales(still: Still, smallest: tuple[int, int]) -> list[float]:
    """The scales that keep a still at the smallest size or above; 1 for one that is smaller already."""
    pixels, least = still.width * still.height, smallest[0] * smallest[1]
    return [1.0, *(scale for scale in SCALES[1:] if pixels * scale * scale >= least)]


def _too_heavy(stills: list[Still], costs: Costs, budget: float, frame: int) -> TooHeavy:
    largest = max(stills, key=lambda still: still.width * still.height)
    size = {"width": largest.width, "height": largest.height}
    last = frame_at(stills[-1].time)
    leading = f", at {last / STEPS:.4g} s after {last} steps," if costs.steps and last else ""
    seconds = costs.seconds([replace(largest, time=stills[-1].time)])
    what = f"A picture of {largest.width} x {largest.height}{leading} would take {seconds:.3g} s of processor time"
    text = f"{what}, and all of them may take {budget:.3g} s: "
    if costs.steps and frame >= 0:
        latest = round(frame / STEPS, 4)
        return TooHeavy(f"{text}the latest time that would do is {latest:.4g} s.", {**size, "time": latest})
    fitting = int(budget / max(1e-12, seconds))
    if not costs.steps and fitting:
        return TooHeavy(f"{text}{fitting} would do, out of {len(stills)}.", {**size, "times": fitting})
    if not costs.steps and (smaller := _affordable(largest, budget / max(1e-12, costs.seconds(stills)))):
        would = {"width": smaller.width, "height": smaller.height, "times": len(stills)}
        return TooHeavy(f"{text}{smaller.width} x {smaller.height} would do.", would)
    return TooHeavy(f"{text}fewer steps or loops would help.")


def _affordable(still: Still, part: float) -> Still | None:
    """The still with so much less of its pixels, unless that is too small to be asked for."""
    smaller = resized(still, part**0.5 * 0.98)  # rounding must not make it dearer
    return smaller if min(smaller.width, smaller.height) >= MIN_SIDE else None
