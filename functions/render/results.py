"""What became of one claimed render: its outputs stored and entered, its row made ready, settled, or given back to the queue."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from functions.render.outcome import Outcome
from functions.render.output_check import SUFFIXES, check
from functions.render.renderer import End, Facts, Fit, Output, Warnings
from shared.renders import claims
from shared.renders.claims import Claim, Measurements, Settlement, StoredOutput
from shared.renders.plan import Plan
from shared.request import Request, Services
from shared.shaders import publication
from shared.stores.db import wait_for_storage


@dataclass(slots=True)
class Results:
    """What is known so far. key: the content key; made: names of the outputs that are stored; ended: the row is out of our hands.

    Whatever writes raises LeaseLost where the render is another worker's by now.
    """

    services: Services
    claim: Claim
    outcome: Outcome = field(default_factory=Outcome)
    plan: Plan = field(default_factory=lambda: Plan(()))
    key: str = ""
    ready: bool = False
    ended: bool = False
    made: list[str] = field(default_factory=list[str])
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    warnings: list[dict[str, str]] | None = None
    fit: dict[str, Any] | None = None

    @property
    def has_preview(self) -> bool:
        """Whether the preview is stored, so that nothing is left to draw."""
        return "preview" in self.made

    def measure(self, record: Facts | Warnings | Fit) -> None:
        """Keeps what was measured, to be entered with the next output or at the end."""
        match record:
            case Facts():
                self.facts |= record.values
            case Warnings():
                self.warnings = record.values
            case Fit():
                self.fit = record.values

    def store(self, output: Output) -> None:
        """Stores and enters one output; with the last still the render is ready. Raises BadOutput, StorageError."""
        check(output, self.plan)
        stored = _stored(self.key, output)
        with self.services.request() as request:
            claims.hold(request.connection, self.claim)
            wait_for_storage(request.connection)
            # The lock on its key keeps garbage collection away until the row is there.
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
        with self._shader_and_render() as request:
            self._enter_measurements(request)
            claims.mark_ready(request.connection, self.claim, self.key)
            self._review(request)
            if self.claim.shader_id:
                request.ring("describe", self.claim.id)
        self.ready = True

    def settle(self, end: End) -> None:
        """The end: `ready` if there is a picture, whatever became of the clip; else `failed` with the reason."""
        settlement = self._settlement(end)
        with self._shader_and_render() as request:
            self._enter_measurements(request)
            if end.status == "done":
                claims.drop_other_outputs(request.connection, self.claim, self.made)
            claims.settle(request.connection, self.claim, settlement, self.key or None)
            self._review(request)
        self._end(settlement.status, settlement.reason, settlement.preview)

    def settle_as(self, end: Settlement) -> None:
        """Settles as another render of the same content did, whose outputs are entered as this one's already."""
        with self._shader_and_render() as request:
            claims.settle(request.connection, self.claim, end, self.key)
            self._review(request)
            if end.status == "ready" and self.claim.shader_id:
                request.ring("describe", self.claim.id)
        self._end("reused", end.reason, end.preview)

    def release(self, reason: str, *, lost: int = 0) -> None:
        """Back in the queue. lost: 1 where the render may be the cause; without it others come first for a second."""
        with self.services.request() as request:
            claims.hold(request.connection, self.claim)
            self._enter_measurements(request)
            claims.release(request.connection, self.claim, timedelta(seconds=1 - lost), lost=lost)
        self._end("released", reason)

    def give_way(self) -> None:
        """Back in the queue, so that somebody else's first picture is drawn before this preview."""
        with self.services.request() as request:
            claims.hold(request.connection, self.claim)
            claims.give_way(request.connection, self.claim)
        self._end("released", "gives_way")

    def _end(self, outcome: str, reason: str | None = None, preview: str | None = None) -> None:
        self.ended = True
        self.outcome.set(outcome, reason, preview)

    @contextmanager
    def _shader_and_render(self) -> Generator[Request]:
        """A transaction that holds the shader's row, then the render's: saves and deletions lock them in this order, too.

        Saves wait for it, so nothing in it asks the storage.
        """
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

    def _settlement(self, end: End) -> Settlement:
        status = "ready" if self.ready else "failed"
        preview = self._preview(end)
        if self.ready and preview != "failed":
            return Settlement(status, preview, errors=end.errors)
        detail = end.detail if end.reason else None
        return Settlement(status, preview, end.reason, detail, end.errors, possible=end.possible)

    def _preview(self, end: End) -> str:
        """What became of the preview: ready, none (nothing to show, or not asked for) or failed."""
        if self.ready and self.has_preview:
            return "ready"
        wanted = self.ready and self.plan.clip is not None
        return "failed" if wanted and (end.status == "failed" or end.reason) else "none"


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
