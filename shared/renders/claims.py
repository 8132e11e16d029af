"""A worker's side of renders: claim a row under a lease, keep what comes, settle. Every commit proves the fence.

Rows are claimed with a lease that ends by itself; the fence, raised by each claim, keeps a late worker's results out.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.stores.db import Connection, json, queries

LEASE = timedelta(seconds=4)
"""How long a claim holds without being renewed."""

MAX_YIELDS = 3
"""How often one preview gives way to others' first pictures; then it takes its turn among them, and is made without a break."""
PREVIEW_WAIT = timedelta(minutes=1)
"""How long a preview waits behind all first pictures, and as long again each time it gave way; then it takes its turn, too."""
FREE = timedelta(seconds=2)
"""Until then a worker that gave way has begun with what it gave way to; if it was lost, another one may give way."""

_SQL = queries("shared.renders")


class LeaseLost(Exception):
    """Another worker has the render now; nothing of this one may be committed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A render that is ours while the lease lasts, as its row was when it was claimed."""

    id: UUID
    fence: int
    attempts: int
    losses: int
    status: str
    plan: dict[str, Any]
    project: dict[str, Any]
    request_id: str | None
    requested_by: UUID | None
    shader_id: UUID | None
    version: int | None
    content_key: str | None
    capture: bytes | None = None

    @property
    def values(self) -> dict[str, Any]:
        """What every statement of the claim is told."""
        return {"id": self.id, "fence": self.fence, "lease": LEASE}


@dataclass(frozen=True, slots=True)
class StoredOutput:
    """One picture or clip under its key in the storage. size: bytes; time: seconds; about: what else is told of it."""

    name: str
    key: str
    type: str
    sha256: bytes
    size: int
    width: int
    height: int
    time: float | None
    about: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measurements:
    """Facets, what the plan came to, and the project's warnings, as far as they are known."""

    facets: dict[str, Any]
    fit: dict[str, Any] | None
    warnings: list[dict[str, str]] | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a render ended: `ready` or `failed`, what became of its preview, and why. possible: what would do where it is too heavy."""

    status: str
    preview: str
    reason: str | None = None
    detail: str | None = None
    errors: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    facets: dict[str, Any] | None = None
    warnings: list[dict[str, str]] | None = None
    possible: dict[str, Any] | None = None


def claim(connection: Connection, first: str) -> Claim | None:
    """Claims one due render, the one with the id `first` if it is due; None when nothing is due."""
    row = connection.execute(
        _SQL.claim, {"first": first, "lease": LEASE, "most": MAX_YIELDS, "wait": PREVIEW_WAIT}
    ).fetchone()
    return Claim(**row) if row else None


def renew(connection: Connection, ours: Claim) -> bool:
    """Starts the lease anew; False where it is no longer ours."""
    return connection.execute(_SQL.renew, ours.values).rowcount > 0


def gives_way(connection: Connection, ours: Claim, waited: timedelta) -> bool:
    """Whether this preview should make way now, since somebody else has waited so long and has nothing to look at yet.

    Only one preview is told so for each of those who wait. A preview whose poster is blank never is: until it is there,
    there is nothing to look at, and what moves may not be public.
    """
    values = {"id": ours.id, "waited": waited, "most": MAX_YIELDS, "free": FREE}
    return connection.execute(_SQL.gives_way, values).fetchone() is not None


def give_way(connection: Connection, ours: Claim) -> None:
    """Back in the queue, behind what has no picture yet for another PREVIEW_WAIT."""
    connection.execute(_SQL.give_way, ours.values)


def hold(connection: Connection, ours: Claim) -> None:
    """Proves that the lease is still ours, and keeps it so until the end of the transaction. Raises LeaseLost."""
    if connection.execute(_SQL.hold, ours.values).fetchone() is None:
        raise LeaseLost(str(ours.id))


def known_fit(connection: Connection, content_key: str) -> dict[str, Any] | None:
    """What the plan came to when this content was first drawn."""
    row = connection.execute(_SQL.fit, {"content_key": content_key}).fetchone()
    return row and row["fit"]


def lock_key(connection: Connection, key: str) -> None:
    """Waits until nobody else stores or deletes under this key, until the end of the transaction."""
    connection.execute(_SQL.lock_key, {"key": key})


def enter_output(connection: Connection, ours: Claim, output: StoredOutput) -> None:
    """Enters an output that is stored, in the place of what an earlier attempt made under its name."""
    connection.execute(_SQL.drop_output, {"id": ours.id, "name": output.name})
    _add_output(connection, ours, output)


def enter_measurements(connection: Connection, ours: Claim, content_key: str, measured: Measurements) -> None:
    """Enters what was measured by now."""
    parts = {"facets": measured.facets, "fit": measured.fit, "warnings": measured.warnings}
    documents = {name: json(part) if part else None for name, part in parts.items()}
    connection.execute(_SQL.measured, {**ours.values, **documents, "content_key": content_key})


def mark_ready(connection: Connection, ours: Claim, content_key: str) -> None:
    """The poster is stored: the render can be seen. The preview may follow under the same lease."""
    connection.execute(_SQL.ready, {**ours.values, "content_key": content_key})


def settle(connection: Connection, ours: Claim, end: Settlement, content_key: str | None) -> None:
    """Nothing is left to do."""
    values = {"status": end.status, "preview": end.preview, "reason": end.reason, "detail": end.detail}
    optional = {"facets": end.facets, "warnings": end.warnings, "possible": end.possible}
    documents = {name: json(part) if part is not None else None for name, part in optional.items()}
    documents["errors"] = json(end.errors)
    connection.execute(_SQL.settle, {**ours.values, **values, **documents, "content_key": content_key})


def release(connection: Connection, ours: Claim, pause: timedelta, *, lost: int = 0) -> None:
    """Back in the queue, not to be claimed before `pause` is over. lost: 1 where the render may be the cause."""
    connection.execute(_SQL.release, {**ours.values, "lost": lost, "pause": pause})


def drop_other_outputs(connection: Connection, ours: Claim, names: list[str]) -> None:
    """Removes what earlier attempts made and this one did not."""
    connection.execute(_SQL.drop_other_outputs, {"id": ours.id, "names": names})


def find_finished(connection: Connection, ours: Claim, content_key: str) -> tuple[UUID, Settlement] | None:
    """A finished render of the very same content, whose outputs can serve again: its id, and how it ended."""
    row = connection.execute(_SQL.finished, {"id": ours.id, "content_key": content_key}).fetchone()
    if row is None:
        return None
    return row.pop("id"), Settlement(**row)


def outputs_of(connection: Connection, render: UUID) -> list[StoredOutput]:
    """What a render has made."""
    return [StoredOutput(**row) for row in connection.execute(_SQL.stored_outputs, {"id": render}).fetchall()]


def adopt_outputs(connection: Connection, ours: Claim, outputs: list[StoredOutput]) -> None:
    """Enters the outputs of another render of the same content as this one's; their keys are locked."""
    drop_other_outputs(connection, ours, [])
    for output in sorted(outputs, key=lambda output: output.key):
        _add_output(connection, ours, output)


def _add_output(connection: Connection, ours: Claim, output: StoredOutput) -> None:
    connection.execute(_SQL.not_garbage, {"key": output.key})
    values = {name: getattr(output, name) for name in StoredOutput.__slots__}
    connection.execute(_SQL.add_output, {**values, "about": json(output.about), "id": ours.id})
