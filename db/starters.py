"""The starter shaders of db/seed/: one folder each, shader.toml and a file of GLSL for every pass.

python -m db.starters          publish what is new or changed (DATABASE_URL, REDIS_URL)
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from shared import settings
from shared.project.folder import ABOUT, read_folder
from shared.request import Request, Services
from shared.shaders import operations as shaders
from shared.shaders.schema import Changes, NewShader
from shared.users import operations as users
from shared.users.user import User
from shared.validation import load

FOLDER = Path(__file__).parent / "seed"
SYSTEM = "fractafrag"
"""The account that owns them."""


def read(folder: Path) -> dict[str, Any]:
    """A starter as a request to create it: a loaded NewShader. Raises shared.errors.Invalid for a wrong one."""
    about, project, _ = read_folder(folder)
    return load(NewShader, {**about, "status": "published", "project": project})


def starters() -> Iterator[dict[str, Any]]:
    """All of them, by folder."""
    for path in sorted(FOLDER.glob(f"*/{ABOUT}")):
        yield read(path.parent)


def as_system(request: Request) -> Request:
    """The request in the name of the account that owns the starters."""
    row = users.by_username(request.connection, SYSTEM)
    request.user = User(row["id"], row["username"], row["email"], row["role"], frozenset({"read", "write"}))
    return request


def publish(request: Request) -> list[UUID]:
    """Publishes what is new under the system account and saves what has changed; returns the shaders with new pictures."""
    known = shaders.own_by_title(as_system(request))
    published = (_publish(request, starter, known.get(starter["title"])) for starter in starters())
    return [shader for shader in published if shader]


def stored(request: Request) -> list[dict[str, Any]]:
    """The starters as their author sees them, in the order of their creation."""
    found = [shaders.read(request, shader["id"]) for shader in shaders.own_by_title(as_system(request)).values()]
    return sorted(found, key=lambda item: item["created_at"])


def _publish(request: Request, starter: dict[str, Any], known: dict[str, Any] | None) -> UUID | None:
    """The shader, if it has new pictures. One that could not be shown is wished for again."""
    if known is None:
        return shaders.create(request, starter)
    changes = {name: starter[name] for name in ("description", "tags", "license", "credits", "project")}
    wish = {"status": "published"} if known["status"] == "draft" else {}
    saved = shaders.save(request, known["id"], load(Changes, changes | wish))
    return known["id"] if saved else None


def main() -> None:
    """The command line."""
    services = Services(settings.load(["postgres", "redis"]), connections=1)
    with services.request() as request:
        published = publish(request)
    services.db.close()
    print(f"{len(published)} starter shaders queued")


if __name__ == "__main__":
    main()
