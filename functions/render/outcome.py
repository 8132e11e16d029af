"""How an attempt at a render ended: a line in the log, and its count in the metrics."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from shared import log
from shared.metrics import Counter, Histogram

OUTCOMES = {
    "ready": ("", "too_heavy"),
    "reused": ("", "compile_error"),
    "failed": (
        "browser_lost",
        "compile_error",
        "deadline",
        "lost",
        "refused",
        "renderer_lost",
        "too_heavy",
        "other",
    ),
    "released": ("browser_lost", "gives_way", "renderer_away", "renderer_lost", "storage"),
    "dropped": ("", "lease_lost"),
}
"""Outcome -> its usual reasons."""
_KNOWN = frozenset(reason for reasons in OUTCOMES.values() for reason in reasons)
"""Reasons that become labels; others count as `other`, since the renderer is not trusted to invent labels."""

_RENDERS = Counter(
    "fractafrag_renders",
    "Attempts at renders: ready or failed for good, reused from a finished one, released to be tried again, or dropped.",
    ["outcome", "reason"],
)
_SECONDS = Histogram(
    "fractafrag_render_seconds",
    "Seconds from the claim of a render to the end of the attempt, by how it ended.",
    ["outcome"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 20, 30, 60),
)
for _outcome, _reasons in OUTCOMES.items():  # from 0 on: of a series that begins at 1 Prometheus sees no increase
    for _reason in _reasons:
        _RENDERS.labels(_outcome, _reason)
logger = log.get_logger()


@dataclass(slots=True)
class Outcome:
    """How an attempt ended. `dropped` stays where nothing could be committed: the database or the lease was lost."""

    outcome: str = "dropped"
    reason: str = ""
    preview: str | None = None

    def set(self, outcome: str, reason: str | None = None, preview: str | None = None) -> None:
        """Sets the outcome, once the commit that it stands for has held."""
        self.outcome, self.reason, self.preview = outcome, reason or "", preview


@contextmanager
def recorded(ended: Outcome) -> Generator[None]:
    """Logs and counts the outcome of the attempt in this block, and its seconds."""
    started = time.monotonic()
    try:
        yield
    finally:
        seconds = time.monotonic() - started
        reason = ended.reason if ended.reason in _KNOWN else "other"
        _RENDERS.labels(ended.outcome, reason).inc()
        _SECONDS.labels(ended.outcome).observe(seconds)
        told = {"outcome": ended.outcome, "reason": ended.reason or None, "preview": ended.preview}
        logger.info("render ended", **told, seconds=round(seconds, 3))
