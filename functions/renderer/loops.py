"""Loops that may never end."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop of the user's code. line: 1-based, in its pass."""

    pass_name: str
    line: int

    @property
    def sentence(self) -> str:
        """For the author."""
        return f"The loop in line {self.line} of {self.pass_name} does not end."


def count_loops(project: dict[str, Any]) -> tuple[list[dict[str, Any]], list[Loop]]:
    """Projects to probe with, and the loops that they number from 1."""
    return [], []
