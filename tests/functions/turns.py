"""What tests of turns and quotas share: renders in a state of their own."""

from collections.abc import Iterator

from functions.render.renderer import Record
from shared.stores.db import Database
from tests.functions.conftest import Client
from tests.functions.scripting import poster

CODE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(%s); }"

OLD = "UPDATE renders SET queued_at = queued_at - interval '1 minute'"


def execute(database: Database, statement: str) -> None:
    with database.transaction() as connection:
        connection.execute(statement)


def status(client: Client, render: str) -> str:
    return client.call("GET", f"/api/v1/renders/{render}").json["status"]


def clip() -> Iterator[Record]:
    data = b"\0\0\0\x18ftypmp42" + bytes(64)
    yield poster(data, name="preview", type="video/mp4", width=480, height=270, time=None)


def shown(render: str, minutes: float = 0, yields: int = 0, facets: str = "{}") -> str:
    """The statement that makes a queued render one with a poster, whose preview is due."""
    return f"""UPDATE renders SET status = 'ready', ready_at = now() - interval '{minutes} minutes', yields = {yields},
        facets = '{facets}' WHERE id = '{render}'"""
