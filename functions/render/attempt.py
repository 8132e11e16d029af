"""One attempt at one render: claim, ask the renderer, store what comes, settle."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from functions.render.check import SUFFIXES, BadOutput, check
from functions.render.lease import LEASE, Lease, LeaseLost
from functions.render.renderer_client import End, Facts, Fit, Identity, Output, Renderer, RendererAway, RendererLost
from functions.render.tally import Ending, tally
from shared import log
from shared.project.canonical import content_key
from shared.stores import queue
from shared.stores.db import Connection, Database, json, queries, wait_for_storage
from shared.stores.queue import Bell
from shared.stores.storage import Storage, StorageError

MAX_LOSSES = 3
"""A shader that takes the browser or the renderer with it so often has failed."""
MAX_ATTEMPTS = 6
"""Workers that vanish in the middle count here; the shader hardly did it, but nothing is tried for ever."""
AWAY_PAUSE = 0.5
"""Seconds until the next row is tried while there is no renderer."""

_SQL = queries("shared.renders")
logger = log.get_logger()


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a worker works with."""

    db: Database
    bell: Bell
    storage: Storage
    renderer: Renderer


@dataclass(slots=True)
class _Job:
    row: dict[str, Any]
    lease: Lease
    key: str = ""
    ready: bool = False
    made: list[str] = field(default_factory=list[str])
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    fit: dict[str, Any] | None = None
    ending: Ending = field(default_factory=Ending)


def attempt(shop: Workshop, first: str) -> bool:
    """Works on one due render, `first` if it is due; False when nothing is due."""
    with shop.db.transaction() as connection:
        row = connection.execute(_SQL.claim, {"first": first, "lease": LEASE}).fetchone()
    if row is None:
        return False
    with log.bound(render=str(row["id"]), request=row["request_id"]), Lease(shop.db, row) as lease:
        job = _Job(row, lease, ready=row["status"] == "ready")
        with tally(job.ending):
            _work(shop, job)
    return True


def _work(shop: Workshop, job: _Job) -> None:
    try:
        if job.row["attempts"] > MAX_ATTEMPTS:
            _settle(shop, job, End("failed", "lost", "The workers that tried it were lost."))
        else:
            _make(shop, job, shop.renderer.identity())
    except RendererAway as error:
        logger.warning("renderer away", error=str(error))
        _release(shop, job, "renderer_away")
        queue.stopping.wait(AWAY_PAUSE)
    except (RendererLost, BadOutput) as error:
        _lost(shop, job, End("failed", "renderer_lost", str(error)))
    except StorageError as error:
        logger.error("storage failed", error=str(error))
        _release(shop, job, "storage")
    except LeaseLost:
        job.ending.set("dropped", "lease_lost")
        logger.warning("lease lost; another worker has this render")


def _make(shop: Workshop, job: _Job, identity: Identity) -> None:
    row = job.row
    job.key = content_key(row["project"], row["plan"], identity.backend, identity.version)
    if _reuse(shop, job):
        return
    job.fit = _known_fit(shop, job)
    for record in shop.renderer.render(row["project"], row["plan"], job.fit, row["request_id"] or ""):
        match record:
            case Output():
                _keep(shop, job, record)
            case Facts():
                job.facts |= record.values
            case Fit():
                job.fit = record.values
            case End(reason="browser_lost"):
                _lost(shop, job, record)
            case End():
                _settle(shop, job, record)


def _known_fit(shop: Workshop, job: _Job) -> dict[str, Any] | None:
    with shop.db.transaction() as connection:
        row = connection.execute(_SQL.fit, {"content_key": job.key}).fetchone()
    return row and row["fit"]


def _keep(shop: Workshop, job: _Job, output: Output) -> None:
    """Stores and enters one output. The lock on its key keeps the cleaner away until the row is there."""
    check(output, job.row["plan"])
    # The bytes have their part in the address, so that whatever happens it never changes content.
    key = f"{job.key[:2]}/{job.key}/{output.name}-{output.sha256.hex()[:16]}.{SUFFIXES[output.type]}"
    with shop.db.transaction() as connection:
        held = job.lease.hold(connection)
        wait_for_storage(connection)
        connection.execute(_SQL.lock_key, {"key": key})
        shop.storage.put(key, output.data)
        _enter(connection, job, output, key)
        # What was measured by now is there with the output, not after it: a preview that flashes must not play by itself.
        _measure(connection, job, held)
        stills = job.row["plan"]["stills"]
        if output.name == stills[-1]["name"]:
            connection.execute(_SQL.ready, {**held, "content_key": job.key})
            job.ready = True
        # The lease's own renewals had to wait for this row.
        connection.execute(_SQL.renew, {**held, "lease": LEASE})
    job.made.append(output.name)
    if output.name == "poster" and job.row["shader_id"]:
        shop.bell.ring("describe", job.row["id"])


def _measure(connection: Connection, job: _Job, held: dict[str, Any]) -> None:
    documents = {"facets": json(job.facts) if job.facts else None, "fit": json(job.fit) if job.fit else None}
    connection.execute(_SQL.measured, {**held, **documents, "content_key": job.key})


def _enter(connection: Connection, job: _Job, output: Output, key: str) -> None:
    connection.execute(_SQL.drop_output, {"id": job.row["id"], "name": output.name})
    connection.execute(_SQL.keep, {"key": key})
    values = {"id": job.row["id"], "name": output.name, "key": key, "type": output.type, "sha256": output.sha256}
    size = {"size": len(output.data), "width": output.width, "height": output.height, "time": output.time}
    connection.execute(_SQL.add_output, {**values, **size})


def _settle(shop: Workshop, job: _Job, end: End) -> None:
    """The end: `ready` if there is a picture, whatever became of the clip; else `failed` with the reason."""
    preview = "none"
    if job.ready:
        wanted = job.row["plan"]["clip"] is not None
        preview = (
            "ready"
            if "preview" in job.made
            else "failed"
            if wanted and (end.status == "failed" or end.reason)
            else "none"
        )
    reason = end.reason if preview == "failed" or not job.ready else None
    with shop.db.transaction() as connection:
        held = job.lease.hold(connection)
        _measure(connection, job, held)
        values = {**held, "preview": preview, "reason": reason, "content_key": job.key or None}
        if end.status == "done":
            connection.execute(_SQL.drop_other_outputs, {"id": job.row["id"], "names": job.made})
        status = "ready" if job.ready else "failed"
        detail = end.detail if reason else None
        connection.execute(
            _SQL.settle, {**values, "status": status, "detail": detail, "errors": json(end.errors), "facets": None}
        )
    job.ending.set(status, reason, preview)


def _release(shop: Workshop, job: _Job, reason: str, *, lost: int = 0) -> None:
    with shop.db.transaction() as connection:
        held = job.lease.hold(connection)
        _measure(connection, job, held)
        connection.execute(_SQL.release, {**held, "lost": lost, "pause": timedelta(seconds=1 - lost)})
    job.ending.set("released", reason)


def _lost(shop: Workshop, job: _Job, end: End) -> None:
    logger.warning("render lost", reason=end.reason, detail=end.detail, losses=job.row["losses"] + 1)
    if job.row["losses"] + 1 >= MAX_LOSSES:
        _settle(shop, job, end)
    else:
        _release(shop, job, end.reason or "renderer_lost", lost=1)


def _reuse(shop: Workshop, job: _Job) -> bool:
    """Takes over the outputs of a finished render of the same content, if they are all still there."""
    with shop.db.transaction() as connection:
        held = job.lease.hold(connection)
        donor = connection.execute(_SQL.donor, {"id": job.row["id"], "content_key": job.key}).fetchone()
        if donor is None:
            return False
        wait_for_storage(connection)
        if not _adopt(shop, connection, job, donor):
            return False
        values = {name: donor[name] for name in ("status", "preview", "reason", "detail")}
        documents = {"errors": json(donor["errors"]), "facets": json(donor["facets"])}
        connection.execute(_SQL.settle, {**held, **values, **documents, "content_key": job.key})
    job.ending.set("reused", donor["reason"], donor["preview"])
    if donor["status"] == "ready" and job.row["shader_id"]:
        shop.bell.ring("describe", job.row["id"])
    return True


def _adopt(shop: Workshop, connection: Connection, job: _Job, donor: dict[str, Any]) -> bool:
    outputs = connection.execute(_SQL.donor_outputs, {"id": donor["id"]}).fetchall()
    for output in outputs:
        connection.execute(_SQL.lock_key, output)
        if shop.storage.size(output["key"]) != output["size"]:
            return False
    connection.execute(_SQL.drop_other_outputs, {"id": job.row["id"], "names": []})
    for output in outputs:
        connection.execute(_SQL.keep, output)
        connection.execute(_SQL.add_output, {**output, "id": job.row["id"]})
    return True
