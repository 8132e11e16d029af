"""A render job, the errors that end it, and its output so far."""

import asyncio
from dataclasses import dataclass
from typing import Any

from functions.renderer.drawing.records import record
from functions.renderer.drawing.stages import Stages
from functions.renderer.glsl.instrument import Loop
from functions.renderer.plan.fit import Fit
from shared.renders.plan import Plan, Still


@dataclass(frozen=True, slots=True)
class Job:
    """deadline: seconds from now for the whole attempt. fit: what the plan came to when it was first carried out."""

    project: dict[str, Any]
    plan: Plan
    deadline: float
    fit: Fit | None = None


class CompileErrors(Exception):
    """The project does not compile; `errors` as the page sent them."""

    def __init__(self, errors: Any) -> None:
        super().__init__("the project does not compile")
        self.errors = errors


class EndlessLoop(Exception):
    """A loop never ends; the text says which, if that is known."""

    def __init__(self, loop: Loop | None, otherwise: str = "A loop does not end.") -> None:
        super().__init__(loop.sentence if loop else otherwise)


class Progress:
    """Sends the records of a job, each as soon as it is there.

    missing: names of stills that have not been sent. expected: seconds of processor time that the job should take up to now.
    stages: how long what took.
    """

    def __init__(self, plan: Plan, stages: Stages) -> None:
        self.stages = stages
        self.records: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.missing = {still.name for still in plan.stills}
        self.expected = 0.0
        self._facts: dict[str, Any] = {}

    def send_fit(self, fit: Fit) -> None:
        """Sends what the plan comes to, as far as it is known; a later record replaces the earlier one."""
        self.records.put_nowait(record("fit", fit=fit.document()))

    def send_warnings(self, warnings: list[dict[str, str]]) -> None:
        """Sends what is odd about the project."""
        self.records.put_nowait(record("warnings", warnings=warnings))

    def send_still(self, still: Still, data: bytes, **more: Any) -> None:
        """Sends a picture. more: what else its record tells: frame, time_delta, facts, warnings."""
        about = {"width": still.width, "height": still.height, "time": still.time, **more}
        self.records.put_nowait(record("output", data, name=still.name, type=f"image/{still.format}", **about))
        self.missing.discard(still.name)

    def send_clip(self, name: str, header: dict[str, Any], data: bytes) -> None:
        """Sends the clip."""
        self.records.put_nowait(record("output", data, name=name, **header))

    def add_facts(self, facts: dict[str, Any]) -> None:
        """Keeps facts to be sent with the next ones."""
        self._facts |= facts

    def send_facts(self, facts: dict[str, Any]) -> None:
        """Sends these facts and all earlier ones."""
        self.add_facts(facts)
        self.records.put_nowait(record("facts", **self._facts))
