"""The starter shaders of db/seed/: one folder each, shader.toml and a file of GLSL for every pass.

python -m db.starters          publish what is new or changed (DATABASE_URL, REDIS_URL)
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared import config, renders, shaders
from shared.auth import User
from shared.db import Connection, Database, one, queries
from shared.queue import Bell
from shared.shaders import Changes, NewShader, Saved
from shared.validation import load

FOLDER = Path(__file__).parent / "seed"
SYSTEM = "fractafrag"
_PASSES = ("common", "buffer-a", "buffer-b", "buffer-c", "buffer-d", "image")
_SAMPLER = ("filter", "wrap", "vflip", "srgb")


def _input(entry: dict[str, Any]) -> dict[str, Any]:
    sampler = {name: entry[name] for name in _SAMPLER if name in entry}
    plain = {name: entry[name] for name in ("channel", "kind", "source") if name in entry}
    return plain | ({"sampler": sampler} if sampler else {})


def _pass(name: str, code: str, inputs: list[dict[str, Any]]) -> dict[str, Any]:
    kind, _, letter = name.partition("-")
    own = letter.upper() or kind
    chosen = [_input(entry) for entry in inputs if entry["pass"] == own]
    return (
        {"type": kind, "code": code}
        | ({"name": letter.upper()} if letter else {})
        | ({"inputs": chosen} if chosen else {})
    )


def read(folder: Path) -> dict[str, Any]:
    """A starter as a request to create it: a loaded NewShader. Raises shared.errors.Invalid for a wrong one."""
    about = tomllib.loads((folder / "shader.toml").read_text())
    inputs = about.pop("inputs", [])
    params = about.pop("params", [])
    files = [(name, folder / f"{name}.glsl") for name in _PASSES]
    passes = [_pass(name, path.read_text(), inputs) for name, path in files if path.exists()]
    return load(NewShader, {**about, "status": "published", "project": {"passes": passes, "params": params}})


def starters() -> Iterator[dict[str, Any]]:
    """All of them, by folder."""
    for path in sorted(FOLDER.glob("*/shader.toml")):
        yield read(path.parent)


def publish(connection: Connection) -> list[Saved]:
    """Publishes what is new under the system account and saves what has changed; returns those with a new render."""
    row = one(connection, queries("users").by_username, {"username": SYSTEM})
    user = User(row["id"], row["username"], row["email"], row["role"], frozenset({"read", "write"}))
    found = connection.execute(queries("shaders").by_author, {"author": user.id}).fetchall()
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
