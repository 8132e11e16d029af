"""The starter shaders of db/seed/: one folder each, shader.toml and a file of GLSL for every pass.

python -m db.starters          publish what is new or changed (DATABASE_URL, REDIS_URL)
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared import settings as config
from shared.auth.operations import User
from shared.project.folder import ABOUT, read_folder
from shared.renders import operations as renders
from shared.shaders import operations as shaders
from shared.shaders.operations import Changes, NewShader, Saved
from shared.stores.db import Connection, Database, one, queries
from shared.stores.queue import Bell
from shared.validation import load

FOLDER = Path(__file__).parent / "seed"
SYSTEM = "fractafrag"


def read(folder: Path) -> dict[str, Any]:
    """A starter as a request to create it: a loaded NewShader. Raises shared.errors.Invalid for a wrong one."""
    about, project, _ = read_folder(folder)
    return load(NewShader, {**about, "status": "published", "project": project})


def starters() -> Iterator[dict[str, Any]]:
    """All of them, by folder."""
    for path in sorted(FOLDER.glob(f"*/{ABOUT}")):
        yield read(path.parent)


def publish(connection: Connection) -> list[Saved]:
    """Publishes what is new under the system account and saves what has changed; returns those with a new render."""
    row = one(connection, queries("shared.users").by_username, {"username": SYSTEM})
    user = User(row["id"], row["username"], row["email"], row["role"], frozenset({"read", "write"}))
    found = connection.execute(queries("shared.shaders").by_author, {"author": user.id}).fetchall()
    known = {shader["title"]: shader["id"] for shader in found}
    saved: list[Saved] = []
    for starter in starters():
        title = starter["title"]
        if title in known:
            changes = load(Changes, {name: starter[name] for name in ("description", "tags", "license", "project")})
            saved.append(shaders.save(connection, known[title], user, changes))
        else:
            saved.append(shaders.create(connection, user, starter))
    return [item for item in saved if item.render]


def main() -> None:
    """The command line."""
    settings = config.load(["postgres", "redis"])
    database, bell = Database(settings.database_url), Bell(settings.redis_url)
    with database.transaction() as connection:
        saved = publish(connection)
    for item in saved:
        bell.ring(renders.QUEUE, item.render)
    database.close()
    print(f"{len(saved)} starter shaders queued")


if __name__ == "__main__":
    main()
