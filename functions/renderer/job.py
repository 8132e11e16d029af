"""What one browser is used up for, and what has come of it so far."""

import asyncio
from dataclasses import dataclass
from typing import Any

from .fit import Fit
from .loops import Loop
from .plan import Plan, Still
from .records import record


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
    """A loop never ends; `loop` says which, if that is known."""

    def __init__(self, loop: Loop | None) -> None:
        super().__init__("a loop never ends")
        self.loop = loop


class Progress:
    """The records so far, and the stills that are missing. expected: seconds of processor time that it should take by now."""

    def __init__(self, plan: Plan) -> None:
        self.records: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.missing = {still.name for still in plan.stills}
        self.expected = 0.0
        self._facts: dict[str, Any] = {}

    def fit(self, fit: Fit) -> None:
        """What the plan comes to, as far as it is known; a later record replaces the earlier one."""
        self.records.put_nowait(record("fit", fit=fit.document()))

    def still(self, still: Still, data: bytes) -> None:
        """A picture is there."""
        about = {"width": still.width, "height": still.height, "time": still.time}
        self.records.put_nowait(record("output", data, name=still.name, type=f"image/{still.format}", **about))
        self.missing.discard(still.name)

    def clip(self, name: str, header: dict[str, Any], data: bytes) -> None:
        """The clip is there."""
        self.records.put_nowait(record("output", data, name=name, **header))

    def note(self, facts: dict[str, Any]) -> None:
        """Facts that are told with the next ones."""
        self._facts |= facts

    def facts(self, facts: dict[str, Any]) -> None:
        """Tells all that is known by now: a later record holds the earlier ones' facts too."""
        self.note(facts)
        self.records.put_nowait(record("facts", **self._facts))
