"""Keeps the lease on a claimed render, from a thread, while the attempt goes on."""

import contextvars
import threading
from types import TracebackType

from shared import log
from shared.errors import Problem
from shared.renders import claims
from shared.renders.claims import Claim
from shared.request import Services

RENEWAL = 1.0
"""Seconds between renewals: three may fail before the lease runs out."""

logger = log.get_logger()


class Lease:
    """Renews the lease of a claim until the block ends."""

    def __init__(self, services: Services, claim: Claim):
        self._services = services
        self._claim = claim
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
            try:
                with self._services.request() as request:
                    claims.renew(request.connection, self._claim)
            except Problem as error:
                logger.warning("lease not renewed", error=str(error))
