"""One attempt at one render: claim it, ask the renderer, hand on what comes, and leave where others are more urgent."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from functions.render import capture
from functions.render.lease import Lease, Stop
from functions.render.outcome import recorded
from functions.render.output_check import BadOutput
from functions.render.renderer import End, Identity, Output, Record, Renderer, RendererAway, RendererLost
from functions.render.results import Results
from functions.render.reuse import take_over
from shared import log
from shared.project.canonical import content_key
from shared.renders import claims
from shared.renders.claims import Claim, LeaseLost
from shared.renders.plan import MAX_TIME, PlanError, read_plan
from shared.request import Services
from shared.stores import queue
from shared.stores.storage import StorageError

MAX_LOSSES = 3
"""A shader during which the browser or the renderer was lost so often has failed."""
MAX_ATTEMPTS = 6
"""Attempts whose worker vanished count here: the shader is hardly the cause, but nothing is tried for ever."""
AT_ONCE = timedelta(seconds=0.1)
"""How long others must have waited for a preview not to be begun: what was queued this moment may find a free worker."""
AWAY_PAUSE = 0.5
"""Seconds until the next row is tried while there is no renderer."""

logger = log.get_logger()


@dataclass(slots=True)
class Attempt:
    """One claimed render on its way through the renderer. stopped: why it has to end, if it has."""

    services: Services
    renderer: Renderer
    claim: Claim
    results: Results
    stopped: Stop | None = None

    def stop(self, why: Stop) -> bool:
        """Ends the attempt from another thread: the renderer is left, which frees its browser.

        False where nothing is left to draw: leaving would only have it all drawn again.
        """
        if self.results.ended or self.results.has_preview:
            return False
        self.stopped = why
        self.renderer.interrupt()
        return True

    def run(self) -> None:
        """From the claim to the end: settled, released for another attempt, or dropped."""
        try:
            self._run()
        except LeaseLost:
            self.results.outcome.set("dropped", "lease_lost")
            logger.warning("lease lost; another worker has this render")

    def _run(self) -> None:
        try:
            plan = read_plan(self.claim.plan, MAX_TIME)
            self.results.plan = plan.within(self.services.config.max_render_duration)
            if self.claim.attempts > MAX_ATTEMPTS:
                self.results.settle(End("failed", "lost", "The workers that tried it were lost."))
            else:
                self._make(self.renderer.identity())
        except RendererAway as error:
            logger.warning("renderer away", error=str(error))
            self.results.release("renderer_away")
            queue.stopping.wait(AWAY_PAUSE)
        except (RendererLost, BadOutput) as error:
            if not self._is_over():
                self._count_loss(End("failed", "renderer_lost", str(error)))
        except PlanError as error:  # written by another version of this code
            self.results.settle(End("failed", "refused", f"The plan cannot be carried out: {error}."))
        except StorageError as error:
            logger.error("storage failed", error=str(error))
            self.results.release("storage")

    def _make(self, identity: Identity) -> None:
        ours, results = self.claim, self.results
        if ours.capture is not None:
            self._take_capture(ours.capture)
            return
        document = results.plan.document()
        results.key = content_key(ours.project, document, identity.backend, identity.version)
        if take_over(results):
            return
        with self.services.request() as request:
            results.fit = claims.known_fit(request.connection, results.key)
        for record in self.renderer.render(ours.project, document, results.fit, ours.request_id or "", self._owner):
            self._take(record)
            if self._is_over():
                return

    @property
    def _owner(self) -> str:
        """Whoever asked, by a name that tells the renderer nothing; "" where that is nobody."""
        user = self.claim.requested_by
        key = self.services.config.secret_key.encode()
        return hmac.digest(key, b"renders of " + user.bytes, "sha256").hex()[:32] if user else ""

    def _take_capture(self, data: bytes) -> None:
        """Nothing is drawn: the picture came from its author's browser."""
        self.results.key = hashlib.sha256(b"capture\0" + data).hexdigest()
        for record in capture.records(data, self.results.plan):
            self._take(record)

    def _take(self, record: Record) -> None:
        match record:
            case Output():
                self.results.store(record)
                self._look_round(record)
            case End(reason="browser_lost"):
                self._count_loss(record)
            case End():
                self.results.settle(record)
            case _:
                self.results.measure(record)

    def _look_round(self, output: Output) -> None:
        """Between the last still and the preview: does anybody else wait for a first picture?"""
        plan = self.results.plan
        if plan.clip is None or output.name != plan.stills[-1].name:
            return
        with self.services.request() as request:
            if claims.gives_way(request.connection, self.claim, AT_ONCE):
                self.stopped = Stop.GIVES_WAY

    def _is_over(self) -> bool:
        """Whether nothing more is read: the row is out of our hands, or a stop puts it there now."""
        if self.results.ended or self.stopped is None:
            return self.results.ended
        if self.results.has_preview:  # it was being stored when the stop came: what is left is to settle
            self.results.settle(End("done"))
        elif self.stopped is Stop.GIVES_WAY:
            self.results.give_way()
        else:
            raise LeaseLost(str(self.claim.id))
        return True

    def _count_loss(self, end: End) -> None:
        losses = self.claim.losses + 1
        logger.warning("render lost", reason=end.reason, detail=end.detail, losses=losses)
        if losses >= MAX_LOSSES:
            self.results.settle(end)
        else:
            self.results.release(end.reason or "renderer_lost", lost=1)


def attempt(services: Services, renderer: Renderer, first: str) -> bool:
    """Works on one due render, `first` if it is due; False when nothing is due."""
    with services.request() as request:
        ours = claims.claim(request.connection, first)
    if ours is None:
        return False
    results = Results(services, ours, ready=ours.status == "ready")
    this = Attempt(services, renderer, ours, results)
    bound = log.bound(render=str(ours.id), request=ours.request_id)
    with bound, Lease(services, ours, this.stop), recorded(results.outcome):
        this.run()
    return True
