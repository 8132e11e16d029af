"""One attempt at one render: claim it, ask the renderer, store what comes, settle."""

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from functions.render import capture
from functions.render.lease import Lease, Stop
from functions.render.outcome import Outcome, recorded
from functions.render.output_check import SUFFIXES, BadOutput, check
from functions.render.renderer import (
    End,
    Facts,
    Fit,
    Identity,
    Output,
    Record,
    Renderer,
    RendererAway,
    RendererLost,
    Warnings,
)
from shared import log
from shared.project.canonical import content_key
from shared.renders import claims
from shared.renders.claims import Claim, LeaseLost, Measurements, Settlement, StoredOutput
from shared.renders.plan import MAX_TIME, Plan, PlanError, read_plan
from shared.request import Request, Services
from shared.shaders import publication
from shared.stores import queue
from shared.stores.db import wait_for_storage
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
    """What is known so far. key: the content key; made: names of the outputs that are stored."""

    services: Services
    renderer: Renderer
    claim: Claim
    plan: Plan = field(default_factory=lambda: Plan(()))
    key: str = ""
    ready: bool = False
    made: list[str] = field(default_factory=list[str])
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    warnings: list[dict[str, str]] | None = None
    fit: dict[str, Any] | None = None
    outcome: Outcome = field(default_factory=Outcome)
    stopped: Stop | None = None

    def stop(self, why: Stop) -> None:
        """Ends the attempt from another thread: the renderer is left, which frees its browser."""
        self.stopped = why
        self.renderer.interrupt()

    def run(self) -> None:
        """From the claim to the end: settled, released for another attempt, or dropped."""
        try:
            self.plan = read_plan(self.claim.plan, MAX_TIME).within(self.services.config.max_render_duration)
            if self.claim.attempts > MAX_ATTEMPTS:
                self._settle(End("failed", "lost", "The workers that tried it were lost."))
            else:
                self._make(self.renderer.identity())
        except RendererAway as error:
            logger.warning("renderer away", error=str(error))
            self._release("renderer_away")
            queue.stopping.wait(AWAY_PAUSE)
        except (RendererLost, BadOutput) as error:
            if self.stopped:
                self._leave()
                return
            self._count_loss(End("failed", "renderer_lost", str(error)))
        except PlanError as error:  # written by another version of this code
            self._settle(End("failed", "refused", f"The plan cannot be carried out: {error}."))
        except StorageError as error:
            logger.error("storage failed", error=str(error))
            self._release("storage")
        except LeaseLost:
            self.outcome.set("dropped", "lease_lost")
            logger.warning("lease lost; another worker has this render")

    def _make(self, identity: Identity) -> None:
        ours = self.claim
        if ours.capture is not None:
            self._take_capture(ours.capture)
            return
        document = self.plan.document()
        self.key = content_key(ours.project, document, identity.backend, identity.version)
        if self._reuse():
            return
        with self.services.request() as request:
            self.fit = claims.known_fit(request.connection, self.key)
        for record in self.renderer.render(ours.project, document, self.fit, ours.request_id or ""):
            self._take(record)
            if self.stopped:
                self._leave()
                return

    def _take_capture(self, data: bytes) -> None:
        """Nothing is drawn: the picture came from its author's browser."""
        self.key = hashlib.sha256(b"capture\0" + data).hexdigest()
        for record in capture.records(data, self.plan):
            self._take(record)

    def _leave(self) -> None:
        """The attempt was stopped: the row goes back to the queue, unless it is somebody else's by now."""
        if self.stopped is Stop.GIVES_WAY:
            with self.services.request() as request:
                claims.hold(request.connection, self.claim)
                claims.give_way(request.connection, self.claim)
            self.outcome.set("released", "gives_way")
        else:
            self.outcome.set("dropped", "lease_lost")

    def _take(self, record: Record) -> None:
        match record:
            case Output():
                self._store(record)
            case Facts():
                self.facts |= record.values
            case Warnings():
                self.warnings = record.values
            case Fit():
                self.fit = record.values
            case End(reason="browser_lost"):
                self._count_loss(record)
            case End():
                self._settle(record)

    def _store(self, output: Output) -> None:
        """Stores and enters one output. The lock on its key keeps garbage collection away until the row is there."""
        check(output, self.plan)
        stored = _stored(self.key, output)
        with self.services.request() as request:
            claims.hold(request.connection, self.claim)
            wait_for_storage(request.connection)
            claims.lock_key(request.connection, stored.key)
            self.services.storage.put(stored.key, output.data)
            claims.enter_output(request.connection, self.claim, stored)
            # What was measured by now is there with the output, not after it: a preview that flashes must not play by itself.
            self._enter_measurements(request)
            # The lease's own renewals had to wait for this row.
            claims.renew(request.connection, self.claim)
        self.made.append(output.name)
        if output.name == self.plan.stills[-1].name:
            self._mark_ready()

    def _mark_ready(self) -> None:
        """The pictures are stored: whoever wished the shader to be public has it public from the same moment on."""
        with self._request() as request:
            self._enter_measurements(request)
            claims.mark_ready(request.connection, self.claim, self.key)
            self._review(request)
            if self.claim.shader_id:
                request.ring("describe", self.claim.id)
        self.ready = True
        if self.plan.clip:
            self._look_round()

    def _look_round(self) -> None:
        """Before the preview: does anybody else wait for a first picture?"""
        with self.services.request() as request:
            if claims.gives_way(request.connection, self.claim, AT_ONCE):
                self.stopped = Stop.GIVES_WAY

    @contextmanager
    def _request(self) -> Generator[Request]:
        """A transaction that holds the shader's row, then the render's: saves and deletions lock them in this order, too."""
        with self.services.request() as request:
            if self.claim.shader_id:
                publication.hold(request.connection, self.claim.shader_id)
            claims.hold(request.connection, self.claim)
            yield request

    def _review(self, request: Request) -> None:
        if self.claim.shader_id and self.claim.version:
            publication.review(request, self.claim.shader_id, self.claim.version)

    def _enter_measurements(self, request: Request) -> None:
        measured = Measurements(self.facts, self.fit, self.warnings)
        claims.enter_measurements(request.connection, self.claim, self.key, measured)

    def _settle(self, end: End) -> None:
        """The end: `ready` if there is a picture, whatever became of the clip; else `failed` with the reason."""
        settlement = self._settlement(end)
        with self._request() as request:
            self._enter_measurements(request)
            if end.status == "done":
                claims.drop_other_outputs(request.connection, self.claim, self.made)
            claims.settle(request.connection, self.claim, settlement, self.key or None)
            self._review(request)
        self.outcome.set(settlement.status, settlement.reason, settlement.preview)

    def _settlement(self, end: End) -> Settlement:
        status = "ready" if self.ready else "failed"
        preview = self._preview(end)
        if self.ready and preview != "failed":
            return Settlement(status, preview, errors=end.errors)
        detail = end.detail if end.reason else None
        return Settlement(status, preview, end.reason, detail, end.errors, possible=end.possible)

    def _preview(self, end: End) -> str:
        """What became of the preview: ready, none (nothing to show, or not asked for) or failed."""
        if self.ready and "preview" in self.made:
            return "ready"
        wanted = self.ready and self.plan.clip is not None
        return "failed" if wanted and (end.status == "failed" or end.reason) else "none"

    def _release(self, reason: str, *, lost: int = 0) -> None:
        with self.services.request() as request:
            claims.hold(request.connection, self.claim)
            self._enter_measurements(request)
            claims.release(request.connection, self.claim, timedelta(seconds=1 - lost), lost=lost)
        self.outcome.set("released", reason)

    def _count_loss(self, end: End) -> None:
        losses = self.claim.losses + 1
        logger.warning("render lost", reason=end.reason, detail=end.detail, losses=losses)
        if losses >= MAX_LOSSES:
            self._settle(end)
        else:
            self._release(end.reason or "renderer_lost", lost=1)

    def _reuse(self) -> bool:
        """Takes over the outputs of a finished render of the same content, if they are all still there."""
        with self._request() as request:
            finished = claims.find_finished(request.connection, self.claim, self.key)
            if finished is None:
                return False
            render, end = finished
            outputs = claims.outputs_of(request.connection, render)
            if not self._are_stored(request, outputs):
                return False
            claims.adopt_outputs(request.connection, self.claim, outputs)
            claims.settle(request.connection, self.claim, end, self.key)
            self._review(request)
            if end.status == "ready" and self.claim.shader_id:
                request.ring("describe", self.claim.id)
        self.outcome.set("reused", end.reason, end.preview)
        return True

    def _are_stored(self, request: Request, outputs: list[StoredOutput]) -> bool:
        """Whether all of them are in the storage in their size; their keys stay locked."""
        wait_for_storage(request.connection)
        for output in sorted(outputs, key=lambda output: output.key):
            claims.lock_key(request.connection, output.key)
            if self.services.storage.size(output.key) != output.size:
                return False
        return True


def attempt(services: Services, renderer: Renderer, first: str) -> bool:
    """Works on one due render, `first` if it is due; False when nothing is due."""
    with services.request() as request:
        ours = claims.claim(request.connection, first)
    if ours is None:
        return False
    this = Attempt(services, renderer, ours, ready=ours.status == "ready")
    bound = log.bound(render=str(ours.id), request=ours.request_id)
    with bound, Lease(services, ours, this.stop), recorded(this.outcome):
        this.run()
    return True


def _stored(key: str, output: Output) -> StoredOutput:
    """Where an output goes. The bytes have their part in the address, so that whatever happens it never changes content."""
    name = f"{output.name}-{output.sha256.hex()[:16]}.{SUFFIXES[output.type]}"
    return StoredOutput(
        name=output.name,
        key=f"{key[:2]}/{key}/{name}",
        type=output.type,
        sha256=output.sha256,
        size=len(output.data),
        width=output.width,
        height=output.height,
        time=output.time,
        about=output.about,
    )
