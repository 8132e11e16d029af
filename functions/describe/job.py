"""The job of queue `describe`: give every pictured version its style vector, the render with this id first."""

import hashlib
import time
from functools import cache
from typing import Any

from functions.describe.style import style
from shared import log
from shared import settings as config
from shared.heartbeat import heartbeat
from shared.metrics import Counter
from shared.stores import queue
from shared.stores.db import Connection, Database, queries, wait_for_storage
from shared.stores.storage import Storage, create_storage

_SQL = queries("shared.renders")
_DESCRIPTIONS = Counter(
    "fractafrag_descriptions", "Pictures looked at: described, damaged and made again, or lost for good.", ["outcome"]
)
logger = log.get_logger()


@cache
def _stores() -> tuple[Database, Storage]:
    settings = config.load(["postgres", "redis", "storage"])
    return Database(settings.database_url, max_size=2), create_storage(settings.storage_url, settings.aws_endpoint_url)


def run(render_id: str) -> int:
    """Describes until nothing is left; returns how many it did."""
    done = 0
    db, storage = _stores()
    while not queue.stopping.is_set() and describe_one(db, storage, render_id):
        done += 1
        heartbeat.beat()
    return done


def describe_one(db: Database, storage: Storage, first: str) -> bool:
    """Describes one render, `first` if it is due; False when none is."""
    with db.transaction() as connection:
        row = connection.execute(_SQL.claim_description, {"first": first}).fetchone()
        if row is None:
            return False
        with log.bound(render=str(row["id"]), request=row["request_id"]):
            started = time.monotonic()
            outcome = _describe(connection, storage, row)
            _DESCRIPTIONS.labels(outcome).inc()
            logger.info("picture looked at", outcome=outcome, seconds=round(time.monotonic() - started, 3))
        return True


def _describe(connection: Connection, storage: Storage, row: dict[str, Any]) -> str:
    wait_for_storage(connection)
    try:
        picture = storage.get(row["key"])
    except FileNotFoundError:
        picture = b""
    if hashlib.sha256(picture).digest() != row["sha256"]:
        return _make_again(connection, storage, row)
    vector = "[" + ",".join(f"{value:.6f}" for value in style(picture)) + "]"
    connection.execute(_SQL.describe, {"id": row["id"], "style": vector})
    return "described"


def _make_again(connection: Connection, storage: Storage, row: dict[str, Any]) -> str:
    """What was made again too often already is `lost`: it counts as looked at, without a style."""
    connection.execute(_SQL.lock_key, row)
    storage.delete(row["key"])
    again = connection.execute(_SQL.make_again, {"id": row["id"]}).rowcount > 0
    logger.warning("picture missing or damaged", key=row["key"], made_again=again)
    if again:
        return "damaged"
    connection.execute(_SQL.describe, {"id": row["id"], "style": None})
    return "lost"
