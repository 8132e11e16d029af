"""A renderer that says what a test wants said, and what a test looks at of the row."""

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image

from functions.render import attempt as attempts
from functions.render.renderer import End, Facts, Identity, Output, Record, Renderer, RendererAway, RendererLost
from shared.request import Services
from shared.stores.db import Database

Script = Callable[[], Iterator[Record]]


@dataclass(frozen=True)
class Worker:
    """A render worker whose renderer plays scripts."""

    services: Services
    renderer: "Scripted"


Make = Callable[..., Worker]
"""A worker with a renderer that plays these scripts, one after the other."""


def attempt(worker: Worker, first: str) -> bool:
    """One attempt at one due render, `first` if it is due; False when nothing is due."""
    return attempts.attempt(worker.services, worker.renderer, first)


def picture(width: int = 640, height: int = 360, colour: str = "#336699") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "WEBP")
    return file.getvalue()


def poster(data: bytes | None = None, **changes: Any) -> Output:
    data = picture() if data is None else data
    fields = {"name": "poster", "type": "image/webp", "width": 640, "height": 360, "time": 1.0}
    return Output(**{**fields, **changes}, data=data, sha256=hashlib.sha256(data).digest())


class Scripted(Renderer):
    """A renderer that plays one script after the other, and then draws well."""

    def __init__(self, *scripts: Script):
        super().__init__("http://127.0.0.1:9", 8)
        self.scripts = list(scripts)
        self.calls = 0
        self.plans = list[Any]()
        self.asked = list[tuple[Any, Any]]()
        """Project and fit of each call."""
        self.owners = list[str]()

    def identity(self) -> Identity:
        return Identity("llvmpipe", "test")

    def render(
        self, project: Any, plan: Any, fit: Any = None, request_id: str = "", owner: str = ""
    ) -> Iterator[Record]:
        self.calls += 1
        self.owners.append(owner)
        self.plans.append(plan)
        self.asked.append((project, fit))
        yield from (self.scripts.pop(0) if self.scripts else good)()


def good() -> Iterator[Record]:
    yield poster()
    yield Facts({"moves": False})
    yield End("done")


def lost() -> Iterator[Record]:
    raise RendererLost("gone")
    yield


def away() -> Iterator[Record]:
    raise RendererAway("not there")
    yield


def row(database: Database) -> dict[str, Any]:
    with database.transaction() as connection:
        found = connection.execute("SELECT * FROM renders ORDER BY queued_at DESC LIMIT 1").fetchone()
    assert found is not None
    return found


def expire(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL")
