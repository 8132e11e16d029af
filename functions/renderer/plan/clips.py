"""Fits a plan's clip to the deadline: its size, its frames a second, and for previews the steps a second."""

from dataclasses import dataclass, replace

from functions.renderer.plan.costs import Costs
from functions.renderer.plan.stills import TooHeavy
from shared.renders.plan import SHORTEST_CLIP, STEPS, Clip, frame_at

CLIP_SHARE = 0.4
"""Of the deadline, in processor time of one core, for the clip."""
WHOLE_SHARE = 0.8
"""The same for everything together: what the stills took too much, the clip lacks."""
ENCODING = 25e-9
"""Seconds a pixel that encoding adds to a frame of a clip."""
CLIP_STEPS = ((1.0, 1.0), (1.0, 1 / 2), (2 / 3, 1 / 2), (1 / 2, 1 / 3), (1 / 3, 1 / 3))
"""(size, frame rate) of a clip, as parts of what was asked for.

Each costs half of the one before, or less; the second is also for what moves slowly.
"""
STEPPED_SIZES = (1.0, 2 / 3, 1 / 2, 1 / 3)
"""The same where frames build on each other: fewer of those would spare no steps."""
THINNED = (30, 15, 10)
"""Steps a second of the smallest preview where 60 take too long."""


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a clip in pixels, its frames a second, and the steps a second that lead from one to the next."""

    width: int
    height: int
    fps: int
    steps: int = STEPS


def sizes(clip: Clip, stepped: bool) -> list[Size]:
    """The sizes that a clip may have, the best first. stepped: whether its frames build on each other."""
    if not stepped:
        return [_scaled(clip, *step) for step in CLIP_STEPS]
    whole = [_scaled(clip, part, 1.0) for part in STEPPED_SIZES]
    if not clip.unless_still:
        return whole  # of a clip that was asked for no step is left out
    small = whole[-1]
    thinned = [Size(small.width, small.height, min(clip.fps, steps), steps) for steps in THINNED]
    return [*whole, *thinned]


def fit_clip(clip: Clip, costs: Costs, budget: float, below: Size | None = None) -> Size | None:
    """The best size of a clip that fits the budget, below the size `below` if given; None if none does."""
    possible = sizes(clip, costs.steps is not None)
    if below:
        possible = possible[possible.index(below) + 1 :]
    for size in possible:
        if clip_seconds(clip, size, costs) <= budget:
            return size
    return None


def clip_too_heavy(clip: Clip, costs: Costs, budget: float) -> TooHeavy:
    """Why a clip cannot be made in any size, with the duration that would do in the smallest."""
    size = sizes(clip, costs.steps is not None)[-1]
    text = (
        f"A clip of {size.width} x {size.height} would take {clip_seconds(clip, size, costs):.3g} s of processor time, "
        f"and it may take {max(0.0, budget):.3g} s: "
    )
    for part in range(9, 0, -1):
        shorter = replace(clip, duration=round(clip.duration * part / 10, 2))
        if shorter.duration >= SHORTEST_CLIP and clip_seconds(shorter, size, costs) <= budget:
            possible = {"width": size.width, "height": size.height, "duration": shorter.duration}
            return TooHeavy(f"{text}{shorter.duration:g} s of it would do.", possible)
    return TooHeavy(f"{text}fewer steps or loops would help.")


def clip_seconds(clip: Clip, size: Size, costs: Costs) -> float:
    """Seconds of processor time that a clip takes."""
    return drawing_seconds(clip, size, costs) + size.width * size.height * size.fps * clip.duration * ENCODING


def drawing_seconds(clip: Clip, size: Size, costs: Costs) -> float:
    """Seconds of processor time that a clip takes without its encoding."""
    leading = costs.steps.total(frame_at(clip.start)) * size.steps / STEPS if costs.steps else 0.0
    frames = clip.duration * size.fps
    return size.width * size.height * (leading + frames * frame_cost(clip, size, costs))


def frame_cost(clip: Clip, size: Size, costs: Costs) -> float:
    """Seconds of processor time a pixel of one of a clip's frames, on average, with the steps that lead to it from the one before."""
    if not costs.steps:
        return costs.image
    ends = frame_at(clip.start), frame_at(clip.start + clip.duration)
    steps = (costs.steps.total(ends[1]) - costs.steps.total(ends[0])) * size.steps / STEPS
    return steps / (clip.duration * size.fps) + costs.image


def _scaled(clip: Clip, part: float, speed: float) -> Size:
    """Sides stay even, as 4:2:0 video needs."""
    width, height = (max(2, 2 * round(side * part / 2)) for side in (clip.width, clip.height))
    return Size(width, height, max(1, round(clip.fps * speed)))
