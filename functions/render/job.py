"""The job of queue `render`: drain what is due, the render with this id first.

A job may come twice, late, for a render that is done, or for none at all: the row in Postgres says what there is to do.
"""

import time
from functools import cache

from functions.render.attempt import Workshop, attempt
from functions.render.renderer_client import Renderer
from shared import settings as config
from shared.errors import Unavailable
from shared.heartbeat import heartbeat
from shared.log import get_logger
from shared.renders.operations import QUEUE
from shared.stores import queue
from shared.stores.db import Database
from shared.stores.queue import Bell
from shared.stores.storage import create_storage

DRAIN_SECONDS = 60
"""A job drains for so long and rings for the rest, so that the worker's own housekeeping gets its turn."""

log = get_logger()


@cache
def workshop() -> Workshop:
    """This process's connections."""
    settings = config.load(["postgres", "redis", "storage", "renderer"])
    return Workshop(
        db=Database(settings.database_url, max_size=3),
        bell=Bell(settings.redis_url),
        storage=create_storage(settings.storage_url, settings.aws_endpoint_url),
        renderer=Renderer(settings.renderer_url, settings.max_render_duration),
    )


def run(render_id: str) -> int:
    """Renders until nothing is due; returns how many rows it worked on."""
    done = 0
    until = time.monotonic() + DRAIN_SECONDS
    try:
        while not queue.stopping.is_set() and attempt(workshop(), first=render_id):
            done += 1
            heartbeat.beat()
            if time.monotonic() > until:
                workshop().bell.ring(QUEUE, render_id)
                break
    except Unavailable as error:
        log.warning("stopped draining; the reconciler rings again", error=str(error))
    return done
