"""Publishes the starter shaders on a running stack, waits for their pictures, and reports."""

import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from containers.local.stack import Stack
from db import starters
from shared import settings
from shared.renders import operations as renders
from shared.request import Services
from shared.shaders import operations as shaders

Say = Callable[[str], None]
PATIENCE = 600.0


def seed(stack: Stack, say: Say) -> None:
    """Publishes the starters that are new, waits for their pictures with progress, and prints what came of it."""
    services = Services(settings.load(["postgres", "redis"], stack.environment()), connections=1)
    try:
        with services.request() as request:
            published = starters.publish(request)
        if published:
            say(f"{len(published)} starter shaders published; their pictures are being made")
            wait(stack, services, published, say)
        _report(services, stack, say)
    finally:
        services.db.close()


def wait(stack: Stack, services: Services, ids: list[UUID], say: Say) -> list[dict[str, Any]]:
    """Waits until the renders of these shaders are done, with a line of progress on a terminal; returns their documents."""
    started = time.monotonic()
    documents: list[dict[str, Any]] = []
    while time.monotonic() < started + PATIENCE:
        stack.tend()
        with services.request() as request:
            system = starters.as_system(request)
            documents = [shaders.read(system, shader)["render"] for shader in ids]
        done = sum(map(renders.is_done, documents))
        seen = sum(document["status"] == "ready" for document in documents)
        _progress(f"{seen} posters, {done} of {len(ids)} done, {_pace(done, len(ids), time.monotonic() - started)}")
        if done == len(ids):
            break
        time.sleep(0.3)
    _progress("")
    say(f"rendered in {time.monotonic() - started:.1f} s")
    return documents


def _pace(done: int, many: int, seconds: float) -> str:
    """How fast it goes, and how long it will take yet."""
    if not done:
        return f"{seconds:.0f} s"
    return f"{60 * done / seconds:.0f} a minute, {(many - done) * seconds / done:.0f} s left"


def _progress(text: str) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K  {text}" if text else "\r\033[K")
        sys.stdout.flush()


def _report(services: Services, stack: Stack, say: Say) -> None:
    with services.request() as request:
        found = starters.stored(request)
    pictured = [shader for shader in found if shader["render"]["status"] == "ready"]
    moving = [shader for shader in pictured if shader["render"]["preview"] == "ready"]
    say(f"{len(pictured)} of {len(found)} starter shaders rendered, {len(moving)} of them move")
    for shader in found:
        render = shader["render"]
        if render["status"] == "failed" or render["preview"] == "failed":
            say(
                f"{shader['title']}: {render['status']}, {render.get('reason')}: {render.get('detail') or render['errors']}"
            )
    if pictured:
        say(f"a picture: {stack.folders.renders}{pictured[-1]['render']['poster_url'].removeprefix('/renders')}")
