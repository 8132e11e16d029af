"""Publishing is a wish until its picture is there: a version becomes public once it can be seen, or its author is told why not.

Whoever settles a render holds the shader's row first (see docs/decisions/lock-order.md), then reviews the wish in the same
transaction, so that a render is never `ready` while its shader still waits.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.project.canonical import canonical
from shared.project.normalise import normalise
from shared.renders import operations as renders
from shared.renders.operations import Verdict
from shared.request import Request
from shared.stores.db import Connection, queries
from shared.stores.db import json as as_json
from shared.versions import operations as versions

_TEMPLATE = Path(__file__).parents[1] / "project/template.json"
UNCHANGED = Verdict("template", "It is the editor's template, unchanged: change something first.")
"""What is said of a project that its author has not begun with."""
LASTING = ("compile_error", "refused", "blank", "template")
"""Reasons that the same project has every time; for any other one, wishing again draws again."""

_SQL = queries("shared.shaders")


@cache
def _template() -> bytes:
    return _essence(normalise(json.loads(_TEMPLATE.read_text())))


def _essence(project: dict[str, Any]) -> bytes:
    """What decides a picture, whatever blanks stand at the code's ends."""
    passes = [{**item, "code": item["code"].strip()} for item in project["passes"]]
    return canonical({**project, "passes": passes})


def is_template(project: dict[str, Any]) -> bool:
    """Whether this is what the editor begins with; lists show no copies of it."""
    return _essence(project) == _template()


def hold(connection: Connection, shader: UUID) -> None:
    """Locks the shader's row, which comes before the rows of its renders, until the end of the transaction."""
    connection.execute(_SQL.hold, {"id": shader})


def review(request: Request, shader: UUID, n: int) -> None:
    """Makes version n public if somebody wishes it and it can be seen; keeps the reason if it never will.

    Where it is public already and its pictures, made again, came to nothing, an older version is shown, or none.

    The caller holds the shader's row. Nothing happens while its pictures are in the making.
    """
    row = request.connection.execute(_SQL.hold, {"id": shader}).fetchone()
    if row is None or not _wished(row, n):
        return
    verdict = _verdict(request.connection, shader, n)
    if verdict is None:
        return
    values = {"id": shader, "n": n, "refusal": as_json(verdict.document(n))}
    if verdict.good:
        request.connection.execute(_SQL.make_public, values)
        versions.mark_public(request.connection, shader, n)
    elif row["status"] != "draft" and row["public_version"] in (n, None):
        older = renders.older_good(request.connection, shader, n)
        request.connection.execute(_SQL.show_older, {**values, "older": older})
    elif row["wish"] == n:
        request.connection.execute(_SQL.refuse, values)


def review_settled(request: Request) -> None:
    """Reviews wishes whose pictures were settled without a review, as by a worker of an earlier version."""
    for row in request.connection.execute(_SQL.settled_wishes).fetchall():
        review(request, row["id"], row["wish"])


def _verdict(connection: Connection, shader: UUID, n: int) -> Verdict | None:
    if is_template(versions.project_of(connection, shader, n)):
        return UNCHANGED
    return renders.verdict(connection, shader, n)


def _wished(row: dict[str, Any], n: int) -> bool:
    """Whether version n is to be public. Of a public shader any newer one is: the last good one stays when the next fails."""
    return row["wish"] == n or (row["status"] != "draft" and n >= (row["public_version"] or 0))
