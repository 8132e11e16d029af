"""The loop of a worker's job: process what is due, row by row, until nothing is left or it is time to stop."""

import time
from collections.abc import Callable

from shared import log
from shared.errors import Unavailable
from shared.heartbeat import heartbeat
from shared.request import Services
from shared.stores import queue

DRAIN_SECONDS = 60
"""A job goes on for so long and then wakes the worker for the rest, so that the worker's own housekeeping gets its turn."""

logger = log.get_logger()


def drain(worker: str, services: Services, step: Callable[[str], bool], first: str) -> int:
    """Calls `step(first)` until it returns False: nothing is due. Returns how many rows were processed.

    step: claims and processes one due row, the one with the id `first` if it is due. Ends early when the process is asked
    to stop or the database is away; nothing is lost by that, since `reconcile` wakes the worker again.
    """
    done = 0
    until = time.monotonic() + DRAIN_SECONDS
    try:
        while not queue.stopping.is_set() and step(first):
            done += 1
            heartbeat.beat()
            if time.monotonic() > until:
                services.bell.ring(worker, first)
                break
    except Unavailable as error:
        logger.warning("stopped for now", worker=worker, error=str(error))
    return done
