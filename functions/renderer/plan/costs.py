"""What drawing a project costs, in seconds of processor time a pixel: of a frame that is looked at, and of the steps before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.renders.plan import Still, frame_at


class StepCosts:
    """What each step costs, as far as is known, in seconds a pixel; later ones cost as much as the last that is known."""

    def __init__(self, each: float) -> None:
        self._parts = [(0, each)]  # (number of its first step, seconds a pixel of each), by number
        self._known = 0

    @property
    def latest(self) -> float:
        """Of the last steps that are known."""
        return self._parts[-1][1]

    def learn(self, first: int, last: int, each: float) -> None:
        """Takes over what the steps from `first` to `last` cost."""
        earlier = [part for part in self._parts if part[0] < first]
        later = [part for part in self._parts if part[0] > last + 1]
        rest = [(last + 1, self._each(last + 1))] if last + 1 < self._known else []
        self._parts = [*earlier, (first, each), *rest, *later]
        self._known = max(self._known, last + 1)

    def total(self, steps: int) -> float:
        """Of so many steps from the first on."""
        ends = [*(first for first, _ in self._parts[1:]), max(steps, self._parts[-1][0])]
        return sum(max(0, min(end, steps) - first) * each for (first, each), end in zip(self._parts, ends, strict=True))

    def average(self, first: int, last: int) -> float:
        """Of a step from `first` to `last`."""
        return (self.total(last + 1) - self.total(first)) / (last + 1 - first)

    def affordable(self, seconds: float) -> int:
        """The most steps whose total is no more than that."""
        low, high = 0, 1 << 20
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.total(middle) <= seconds else (low, middle - 1)
        return low

    def _each(self, step: int) -> float:
        return next(each for first, each in reversed(self._parts) if first <= step)


@dataclass(slots=True)
class Costs:
    """frame: of a frame that is looked at, all its passes; steps: of those before it, None where frames do not build on each other."""

    frame: float = 0.0
    steps: StepCosts | None = None

    @property
    def step(self) -> float:
        """Of a step that nobody looks at; 0 where there is none."""
        return self.steps.latest if self.steps else 0.0

    def seconds(self, stills: Sequence[Still]) -> float:
        """Of all these stills, which follow each other in time."""
        pixels = [still.width * still.height for still in stills]
        leading = self.steps.total(frame_at(stills[-1].time)) * max(pixels) if self.steps else 0.0
        return leading + sum(pixels) * self.frame

    def latest_frame(self, stills: Sequence[Still], seconds: float) -> int:
        """The frame up to which there is time to step, with the stills to draw; -1 where there is none for any."""
        pixels = [still.width * still.height for still in stills]
        left = seconds - sum(pixels) * self.frame
        return self.steps.affordable(left / max(pixels)) if self.steps and left >= 0 else -1
