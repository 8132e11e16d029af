"""The job of queue `render`: make the pictures that are due, those of the render with this id first.

A job may come twice, late, for a render that is done, or for none at all: the row in Postgres says what there is to do.
"""

from functools import cache

from functions.render.attempt import attempt
from functions.render.renderer import Renderer
from shared import settings
from shared.drain import drain
from shared.request import Services


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
    return drain("render", services(), lambda first: attempt(services(), renderer(), first), render_id)
