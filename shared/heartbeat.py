"""The heartbeat of a process that answers no requests: when its main loop last made progress."""

import time
from collections.abc import Callable

from shared.metrics import Gauge

LIMIT = 150.0
"""Seconds of silence after which a loop hangs. A row may take 130, with the longest deadline, and a lost Redis is tried again
after up to 60; a process that waits for a store that is away is alive, since a fresh one could do no more."""


class Heartbeat:
    """Recorded by the main loop itself: a thread beside it would go on while the loop hangs."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._last = clock()

    def beat(self) -> None:
        """Records that the loop has made progress."""
        self._last = self._clock()

    @property
    def silence(self) -> float:
        """Seconds since the last beat."""
        return self._clock() - self._last

    @property
    def alive(self) -> bool:
        """Whether the loop has made progress within LIMIT."""
        return self.silence < LIMIT


heartbeat = Heartbeat()
"""This process's."""

_SILENCE = Gauge(
    "fractafrag_silence_seconds", "Seconds since the main loop of a worker or of reconcile last made progress."
)
_SILENCE.set_function(lambda: heartbeat.silence)
