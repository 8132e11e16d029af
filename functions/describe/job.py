"""The job of queue `describe`: give every pictured version its style vector, the render with this id first."""

import hashlib
import time
from functools import cache

from functions.describe.style import style
from shared import log, settings
from shared.drain import drain
from shared.metrics import Counter
from shared.renders import descriptions
from shared.renders.claims import lock_key
from shared.renders.descriptions import Undescribed
from shared.renders.upkeep import remake
from shared.request import Request, Services
from shared.stores.db import Vector, wait_for_storage
from shared.versions import operations as versions

_DESCRIPTIONS = Counter(
    "fractafrag_descriptions", "Pictures looked at: described, damaged and made again, or lost for good.", ["outcome"]
)
logger = log.get_logger()


@cache
def _services() -> Services:
    return Services(settings.load(["postgres", "redis", "storage"]), connections=2, vectors=True)


def run(render_id: str) -> int:
    """Describes until nothing is left; returns how many it did."""
    return drain("describe", _services(), lambda first: describe_one(_services(), first), render_id)


def describe_one(services: Services, first: str) -> bool:
    """Describes one render, `first` if it is due; False when none is."""
    with services.request() as request:
        poster = descriptions.claim(request.connection, first)
        if poster is None:
            return False
        with log.bound(render=str(poster.id), request=poster.request_id):
            started = time.monotonic()
            outcome = _describe(request, poster)
            _DESCRIPTIONS.labels(outcome).inc()
            logger.info("picture looked at", outcome=outcome, seconds=round(time.monotonic() - started, 3))
        return True


def _describe(request: Request, poster: Undescribed) -> str:
    wait_for_storage(request.connection)
    try:
        picture = request.services.storage.get(poster.key)
    except FileNotFoundError:
        picture = b""
    if hashlib.sha256(picture).digest() != poster.sha256:
        return _remake(request, poster)
    versions.set_style(request.connection, poster.shader_id, poster.version, Vector(style(picture)))
    descriptions.mark_described(request.connection, poster.id)
    return "described"


def _remake(request: Request, poster: Undescribed) -> str:
    """What was made again too often already is `lost`: it counts as described, without a style."""
    lock_key(request.connection, poster.key)
    if remake(request, poster.id, poster.key):
        return "damaged"
    descriptions.mark_described(request.connection, poster.id)
    return "lost"
