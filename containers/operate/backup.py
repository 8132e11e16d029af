"""Backup and restore of the database, and optionally of the pictures. Either succeeds completely or changes nothing."""

import gzip
import os
import re
import subprocess
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, cast

from containers.operate.compose import DATABASE, ROOT, USER, OperationError, command, compose, psql, say, settings

NEW = f"{DATABASE}_restoring"
END = b"PostgreSQL database dump complete"
_TAR = 'tar -C /renders --exclude=./.unfinished -cf - . || [ "$?" = 1 ]'
"""1: something changed or went while it was read, as it does while people publish. What cannot be read at all is 2."""
_COUNTS = "SELECT (SELECT count(*) FROM users) || ' users, ' || (SELECT count(*) FROM shaders) || ' shaders'"


def stamp() -> str:
    """Now, in UTC, for the name of a file."""
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S")


def pictures_of(file: Path) -> Path:
    """Where the pictures of a backup are, if it has any."""
    return file.with_name(re.sub(r"(\.sql|\.dump)?(\.gz)?$", "", file.name) + "-renders.tar")


def backup() -> None:
    """Writes FILE (backups/fractafrag-<time>.sql), and with RENDERS=1 the pictures beside it."""
    pictures = os.environ.get("RENDERS", "0") not in ("", "0")
    if pictures and settings().get("STORAGE_URL", "").startswith("s3:"):
        raise OperationError("the pictures are in S3, whose own tools copy them; leave RENDERS out")
    file = Path(os.environ.get("FILE") or ROOT / "backups" / f"fractafrag-{stamp()}.sql")
    file.parent.mkdir(parents=True, exist_ok=True)
    _write(file, "postgres", "pg_dump", "-U", USER, "--clean", "--if-exists", DATABASE)
    if not is_complete(file):
        raise OperationError(f"{file} is not complete")
    if pictures:
        _write(pictures_of(file), "render", "sh", "-c", _TAR)
    say(f"{psql(_COUNTS)}, {file.stat().st_size} bytes")
    print(file)


def _write(file: Path, service: str, *arguments: str) -> None:
    """Writes a command's output to a file atomically, readable by its owner alone."""
    part = file.with_name(f".{file.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            compose("exec", "-T", service, *arguments, stdout=target)
            target.flush()
            os.fsync(target.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def opened(file: Path) -> IO[bytes]:
    """The dump's bytes, decompressed if it is a .gz."""
    with file.open("rb") as head:
        packed = head.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(file) if packed else file.open("rb"))


def _custom(file: Path) -> bool:
    with opened(file) as dump:
        return dump.read(5) == b"PGDMP"


def is_complete(file: Path) -> bool:
    """Whether a plain dump ends with pg_dump's closing comment. The custom format is checked by pg_restore."""
    tail = b""
    with opened(file) as dump:
        while chunk := dump.read(1 << 20):
            tail = (tail + chunk)[-500:]
    return END in tail


def restore() -> None:
    """Loads FILE into a new database, and swaps it with the running one once it is complete."""
    file = Path(os.environ.get("FILE", ""))
    if not file.is_file():
        raise OperationError("say which file: make restore FILE=backups/fractafrag-....sql")
    if not _custom(file) and not is_complete(file):
        raise OperationError(f"{file} is cut off: its last line is missing. Nothing was changed")
    compose("up", "-d", "--wait", "--no-build", "postgres")
    _step(lambda: _load(file), file)
    found = _step(lambda: psql(_COUNTS, NEW), file)
    # Before the rows that name them: whoever looks after pictures would have those that are not there yet made again.
    _step(lambda: _pictures(pictures_of(file)), file)
    old = _swap()
    say(f"{file}: {found}. What was there before is now the database {old}; when you need it no more:")
    say(f"docker compose exec postgres dropdb -U {USER} {old}")
    compose("run", "--rm", "--no-deps", "migrate", "python", "-m", "db.migrate")


def _step(action: Callable[[], str], file: Path) -> str:
    try:
        return action()
    except OperationError as error:
        with suppress(OperationError):
            psql(f"DROP DATABASE IF EXISTS {NEW} WITH (FORCE)", "postgres")
        raise OperationError(f"{file} was not restored, and nothing was changed: {error}") from error


def _load(file: Path) -> str:
    psql(f"DROP DATABASE IF EXISTS {NEW} WITH (FORCE)", "postgres")
    psql(f"CREATE DATABASE {NEW} TEMPLATE template0", "postgres")
    reader = (
        ["pg_restore", "-U", USER, "-d", NEW, "--exit-on-error", "--single-transaction", "--no-owner"]
        if _custom(file)
        else [
            "psql",
            "-U",
            USER,
            "-d",
            NEW,
            "-X",
            "-q",
            "-o",
            "/dev/null",
            "-v",
            "ON_ERROR_STOP=1",
            "--single-transaction",
        ]
    )
    return _pipe_into(file, command("exec", "-T", "postgres", *reader))


def _pipe_into(file: Path, whole: list[str]) -> str:
    """Feeds the file to a command; returns its stderr, which is kept in a file because a full pipe would block both."""
    with opened(file) as dump, TemporaryFile() as complaints:
        with subprocess.Popen(whole, cwd=ROOT, stdin=subprocess.PIPE, stderr=complaints) as child:
            stdin = cast("IO[bytes]", child.stdin)
            with suppress(BrokenPipeError):
                copyfileobj(dump, stdin, 1 << 20)
            with suppress(BrokenPipeError):
                stdin.close()
        complaints.seek(0)
        complaint = complaints.read().decode(errors="replace").strip()
    if child.returncode:
        raise OperationError(complaint[-2000:] or f"the reader ended with {child.returncode}")
    return complaint


def _swap() -> str:
    """Renames both databases in one transaction; functions reconnect after a moment. Returns the old one's new name."""
    old = f"{DATABASE}_until_{stamp().replace('-', '_')}"
    psql(f"ALTER DATABASE {DATABASE} WITH ALLOW_CONNECTIONS false", "postgres")
    try:
        names = f"('{DATABASE}', '{NEW}')"
        psql(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname IN {names}", "postgres")  # noqa: S608
        psql(f"ALTER DATABASE {DATABASE} RENAME TO {old}; ALTER DATABASE {NEW} RENAME TO {DATABASE}", "postgres")
    except BaseException:
        psql(f"ALTER DATABASE {DATABASE} WITH ALLOW_CONNECTIONS true", "postgres")
        raise
    psql(f"ALTER DATABASE {old} WITH ALLOW_CONNECTIONS true", "postgres")
    return old


def _pictures(file: Path) -> str:
    if not file.is_file():
        say("pictures that are missing are made again by and by")
        return ""
    with file.open("rb") as archive:
        compose(
            "run",
            "--rm",
            "--no-deps",
            "-T",
            "--entrypoint",
            "tar",
            "render",
            "-C",
            "/renders",
            "-xf",
            "-",
            stdin=archive,
        )
    say(f"{file}: unpacked")
    return ""
