"""The job of queue `render`: make the pictures that are due, those of the render with this id first.

A job may come twice, late, for a render that is done, or for none at all: the row in Postgres says what there is to do.
"""

import time
from functools import cache

from functions.render.attempt import attempt
from functions.render.renderer import Renderer
from shared import log, settings
from shared.errors import Unavailable
from shared.heartbeat import heartbeat
from shared.renders.operations import QUEUE
from shared.request import Services
from shared.stores import queue

DRAIN_SECONDS = 60
"""A job goes on for so long and rings for the rest, so that the worker's own housekeeping gets its turn."""

logger = log.get_logger()


@cache
def services() -> Services:
    """This process's connections."""
    return Services(settings.load(["postgres", "redis", "storage", "renderer"]), connections=3)


@cache
def renderer() -> Renderer:
    """This process's client of the renderer."""
    config = services().config
    return Renderer(config.renderer_url, config.max_render_duration)


def run(render_id: str) -> int:
    """Renders until nothing is due; returns how many rows it worked on."""
    done = 0
    until = time.monotonic() + DRAIN_SECONDS
    try:
        while not queue.stopping.is_set() and attempt(services(), renderer(), first=render_id):
            done += 1
            heartbeat.beat()
            if time.monotonic() > until:
                services().bell.ring(QUEUE, render_id)
                break
    except Unavailable as error:
        logger.warning("stopped draining; the reconciler rings again", error=str(error))
    return done
