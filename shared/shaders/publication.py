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

_TEMPLATE = Path(__file__).parents[1] / "project/template.json"
UNCHANGED = Verdict("template", "It is the editor's template, unchanged: change something first.")
"""What is said of a project that its author has not begun with."""
LASTING = ("compile_error", "refused", "blank", "template", "endless_loop")
"""Reasons that the same project has every time; for any other one, wishing again draws again."""

_SQL = queries("shared.shaders")


@cache
def _template() -> bytes:
    return canonical(normalise(json.loads(_TEMPLATE.read_text())))


def is_template(project: dict[str, Any]) -> bool:
    """Whether this is what the editor begins with; lists show no copies of it."""
    return canonical(project) == _template()


def hold(connection: Connection, shader: UUID) -> None:
    """Locks the shader's row, which comes before the rows of its renders, until the end of the transaction."""
    connection.execute(_SQL.hold, {"id": shader})


def review(request: Request, shader: UUID, n: int) -> None:
    """Makes version n public if somebody wishes it and it can be seen; keeps the reason if it never will.

    The caller holds the shader's row. Nothing happens while its pictures are in the making.
    """
    row = request.connection.execute(_SQL.hold, {"id": shader}).fetchone()
    if row is None or not _wished(row, n):
        return
    verdict = renders.verdict(request.connection, shader, n)
    if verdict is None:
        return
    if verdict.good:
        request.connection.execute(_SQL.make_public, {"id": shader, "n": n})
    elif row["wish"] == n:
        refusal = as_json(verdict.document(n))
        request.connection.execute(_SQL.refuse, {"id": shader, "refusal": refusal})


def _wished(row: dict[str, Any], n: int) -> bool:
    """Whether version n is to become public. Of a public shader any newer one is: the last good one stays when the next fails."""
    return row["wish"] == n or (row["status"] != "draft" and n > row["public_version"])
