"""Keeps the lease on a claimed render, from a thread, while the attempt goes on; ends an attempt that is to stop."""

import contextvars
import threading
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from types import TracebackType

from shared import log
from shared.errors import Problem
from shared.renders import claims
from shared.renders.claims import Claim
from shared.request import Request, Services

RENEWAL = 0.5
"""Seconds between renewals: several may fail before the lease runs out."""
PATIENCE = timedelta(seconds=0.25)
"""How long somebody's poster waits before a preview that is being drawn gives way to it: a free worker takes it sooner."""


class Stop(Enum):
    """Why an attempt has to stop."""

    LEASE_LOST = "the row is another worker's, settled or gone"
    GIVES_WAY = "somebody else waits for a first picture"


logger = log.get_logger()


class Lease:
    """Renews the lease of a claim until the block ends. stop: told why the attempt should end, until it says that it does."""

    def __init__(self, services: Services, claim: Claim, stop: Callable[[Stop], bool]):
        self._services = services
        self._claim = claim
        self._stop = stop
        self._ended = threading.Event()
        here = contextvars.copy_context()  # the thread's log lines belong to this render's request, too
        self._thread = threading.Thread(target=here.run, args=(self._renew,), name="lease", daemon=True)

    def __enter__(self) -> "Lease":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._ended.wait(RENEWAL):
            why = None
            try:
                with self._services.request() as request:
                    why = self._look(request)
            except Problem as error:
                logger.warning("lease not renewed", error=str(error))
            if why and self._stop(why):
                return

    def _look(self, request: Request) -> Stop | None:
        if not claims.renew(request.connection, self._claim):
            return Stop.LEASE_LOST
        return Stop.GIVES_WAY if claims.gives_way(request.connection, self._claim, PATIENCE) else None
