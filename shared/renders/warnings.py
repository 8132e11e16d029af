"""The warnings of a render: where its pictures are not what was asked for, or are not what they seem.

Standard library alone: the renderer makes them, and its image has nothing else.
"""

from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """What a warning is about."""

    SMALLER = "smaller"
    MOVED = "moved"
    STEPS_SKIPPED = "steps_skipped"
    UNBOUND_CHANNEL = "unbound_channel"
    ABSENT_BUFFER = "absent_buffer"
    BLANK = "blank"
    NAN = "nan"
    INF = "inf"


OF_PROJECT = (Code.UNBOUND_CHANNEL, Code.ABSENT_BUFFER)
"""Those that are about the project rather than one of its pictures."""
SENTENCES = {
    Code.SMALLER: "Drawn at {width} x {height} instead of {asked_width} x {asked_height}: at that size it takes too long.",
    Code.MOVED: "Shows {time:.4g} s instead of {asked:.4g} s, where there is nothing to see or which takes too long to reach.",
    Code.STEPS_SKIPPED: "Stepped {steps} times a second instead of 60, which takes too long: it may look different in a browser.",
    Code.UNBOUND_CHANNEL: "{where} reads iChannel{channel}, which has no input: it reads black.",
    Code.ABSENT_BUFFER: "iChannel{channel} of {where} is Buffer {source}, which the project does not have: it reads black.",
    Code.BLANK: "One colour all over.",
    Code.NAN: "{count} pixels are NaN (no number), which devices show as they please.",
    Code.INF: "{count} pixels are infinite, which devices show as they please.",
}
"""What each says, in a sentence."""


def warning(code: Code, **values: Any) -> dict[str, str]:
    """`{code, message}`; values: what the sentence of the code names."""
    return {"code": code.value, "message": SENTENCES[code].format(**values)}
