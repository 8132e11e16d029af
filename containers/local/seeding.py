"""Starter shaders on a running stack: published, rendered, and said how it went."""

import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from containers.local import postgres
from containers.local.stack import Stack
from db import starters
from shared.renders import operations as renders
from shared.stores.db import Connection, Database
from shared.stores.queue import Bell

Say = Callable[[str], None]
PATIENCE = 600.0


def seed(stack: Stack, say: Say) -> None:
    """Publishes the starters that are new, waits for their pictures with progress, and prints what came of it."""
    database = Database(postgres.url(stack.places))
    try:
        with database.transaction() as connection:
            saved = starters.publish(connection)
        bell = Bell(stack.environment()["REDIS_URL"])
        for item in saved:
            bell.ring(renders.QUEUE, item.render)
        if saved:
            say(f"{len(saved)} starter shaders published; their pictures are being made")
            wait(stack, database, [item.render for item in saved if item.render], say)
        _report(database, stack, say)
    finally:
        database.close()


def wait(stack: Stack, database: Database, ids: list[UUID], say: Say) -> list[dict[str, Any]]:
    """Waits until these renders are done, with a line of progress on a terminal; returns their documents."""
    started = time.monotonic()
    documents: list[dict[str, Any]] = []
    while time.monotonic() < started + PATIENCE:
        stack.tend()
        with database.transaction() as connection:
            documents = [renders.read(connection, render, None, trusted=True) for render in ids]
        done = sum(map(renders.is_done, documents))
        seen = sum(document["status"] == "ready" for document in documents)
        _progress(f"{seen} posters, {done} of {len(ids)} done, {time.monotonic() - started:.0f} s")
        if done == len(ids):
            break
        time.sleep(0.3)
    _progress("")
    say(f"rendered in {time.monotonic() - started:.1f} s")
    return documents


def _progress(text: str) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K  {text}" if text else "\r\033[K")
        sys.stdout.flush()


def _starters(connection: Connection) -> list[dict[str, Any]]:
    statement = """SELECT d.document FROM shader_documents d JOIN users u ON u.id = d.author_id
        WHERE u.username = %s AND d.status = 'published' ORDER BY d.published_at"""
    return [row["document"] for row in connection.execute(statement, [starters.SYSTEM]).fetchall()]


def _report(database: Database, stack: Stack, say: Say) -> None:
    with database.transaction() as connection:
        shaders = _starters(connection)
    pictured = [shader for shader in shaders if shader["render"]["status"] == "ready"]
    moving = [shader for shader in pictured if shader["render"]["preview"] == "ready"]
    say(f"{len(pictured)} of {len(shaders)} starter shaders rendered, {len(moving)} of them move")
    for shader in shaders:
        render = shader["render"]
        if render["status"] == "failed" or render["preview"] == "failed":
            say(
                f"{shader['title']}: {render['status']}, {render.get('reason')}: {render.get('detail') or render['errors']}"
            )
    if pictured:
        say(f"a picture: {stack.places.renders}{pictured[-1]['render']['poster_url'].removeprefix('/renders')}")
