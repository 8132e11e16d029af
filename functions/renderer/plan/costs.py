"""What drawing a project costs, in seconds of processor time a pixel: of a frame that is looked at, and of the steps before it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.renders.plan import MAX_TIME, STEPS, Still, frame_at


class StepCosts:
    """What each step costs, as far as is known, in seconds a pixel; later ones cost as much as the last that is known."""

    def __init__(self, each: float) -> None:
        self._parts = [(0, each)]  # (number of its first step, seconds a pixel of each), by number
        self._known = 0

    @property
    def latest(self) -> float:
        """Of the last steps that are known."""
        return self._parts[-1][1]

    @property
    def become_dear(self) -> bool:
        """Whether later steps cost at least twice as much as the first."""
        return self.latest >= 2 * self.each(0)

    def learn(self, first: int, last: int, each: float) -> None:
        """Takes over what the steps from `first` to `last` cost."""
        earlier = [part for part in self._parts if part[0] < first]
        later = [part for part in self._parts if part[0] > last + 1]
        rest = [(last + 1, self.each(last + 1))] if last + 1 < self._known else []
        self._parts = [*earlier, (first, each), *rest, *later]
        self._known = max(self._known, last + 1)

    def total(self, steps: int) -> float:
        """Of so many steps from the first on."""
        ends = [*(first for first, _ in self._parts[1:]), max(steps, self._parts[-1][0])]
        return sum(max(0, min(end, steps) - first) * each for (first, each), end in zip(self._parts, ends, strict=True))

    def average(self, first: int, last: int) -> float:
        """Of a step from `first` to `last`."""
        return (self.total(last + 1) - self.total(first)) / (last + 1 - first)

    def each(self, step: int) -> float:
        """Of one step."""
        return next(each for first, each in reversed(self._parts) if first <= step)


@dataclass(slots=True)
class Costs:
    """steps: None where frames do not build on each other.

    image: of a frame that is looked at, without the step that it is, too; where there are no steps, of a frame.
    """

    image: float = 0.0
    steps: StepCosts | None = None

    @property
    def most(self) -> float:
        """Of a frame that is looked at, late."""
        return self.image + (self.steps.latest if self.steps else 0.0)

    def at(self, frame: int) -> float:
        """Of this frame, looked at, without those before it."""
        return self.image + (self.steps.each(frame) if self.steps else 0.0)

    def take(self, frame: int, seconds: float) -> None:
        """Takes over what this frame cost."""
        self.image = max(0.0, seconds - (self.steps.each(frame) if self.steps else 0.0))

    def seconds(self, stills: Sequence[Still]) -> float:
        """Of all these stills, which follow each other in time."""
        pixels = [still.width * still.height for still in stills]
        leading = self.steps.total(frame_at(stills[-1].time)) * max(pixels) if self.steps else 0.0
        return leading + sum(count * self.at(frame_at(still.time)) for count, still in zip(pixels, stills, strict=True))

    def latest_frame(self, stills: Sequence[Still], seconds: float) -> int:
        """The last frame at which there is time for these stills; -1 where there is at none."""
        low, high = -1, frame_at(MAX_TIME)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.seconds([replace(still, time=middle / STEPS) for still in stills]) <= seconds
            low, high = (middle, high) if fits else (low, middle - 1)
        return low
