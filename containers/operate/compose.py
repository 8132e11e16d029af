"""Runs docker compose with the files that .env asks for, and never with compose.override.yaml."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent.parent
ENV = ROOT / ".env"
OVERLAYS = {"COMPACT": "compose.compact.yaml", "WAL_ARCHIVE": "compose.archive.yaml"}
DATABASE, USER = "fractafrag", "fracta"


class OperationError(Exception):
    """An operation failed; the text says what state things are in, and what to do."""


def say(text: str) -> None:
    """A line of progress."""
    print(f"  {text}", file=sys.stderr, flush=True)


def settings() -> Mapping[str, str]:
    """The settings of .env, overridden by the environment, as compose reads them."""
    ignored = os.environ.get("COMPOSE_DISABLE_ENV_FILE", "") in ("1", "true")
    lines = ENV.read_text().splitlines() if ENV.exists() and not ignored else []
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {**{name.strip(): _value(value.strip()) for name, value in pairs}, **os.environ}


def _value(text: str) -> str:
    """A value of .env as compose reads it: quoted literally, else up to a comment."""
    quoted = re.match(r"(['\"])(.*?)\1", text)
    return quoted[2] if quoted else re.sub(r"\s+#.*$", "", text)


def command(*arguments: str) -> list[str]:
    """The command line of `docker compose` with its files."""
    chosen = settings()
    files = ["compose.yaml", *(file for name, file in OVERLAYS.items() if chosen.get(name, "") not in ("", "0"))]
    return (
        ["docker", "compose", "--project-directory", str(ROOT)]
        + [part for file in files for part in ("-f", str(ROOT / file))]
        + list(arguments)
    )


def compose(*arguments: str, **options: Any) -> None:
    """Runs `docker compose` with these arguments. Raises OperationError when it fails."""
    code = subprocess.run(command(*arguments), cwd=ROOT, check=False, **options).returncode
    if code:
        raise OperationError(f"`docker compose {' '.join(arguments[:3])} ...` ended with {code}; its output is above")


def output(*arguments: str, stdin: IO[bytes] | None = None) -> str:
    """The stdout of `docker compose` with these arguments. Raises OperationError with its stderr."""
    return _checked(command(*arguments), stdin)


def docker(*arguments: str) -> str:
    """The stdout of `docker` with these arguments. Raises OperationError with its stderr."""
    return _checked(["docker", *arguments], None)


def _checked(whole: list[str], stdin: IO[bytes] | None) -> str:
    done = subprocess.run(whole, cwd=ROOT, stdin=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OperationError(done.stderr.strip() or f"{' '.join(whole[:4])} ended with {done.returncode}")
    return done.stdout.strip()


def project() -> str:
    """The compose project's name, the prefix of its volumes and containers."""
    return settings().get("COMPOSE_PROJECT_NAME", "fractafrag")


def psql(statement: str, database: str = DATABASE) -> str:
    """What a statement answers, a row a line. Raises OperationError."""
    quiet = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1")
    return output("exec", "-T", "postgres", "psql", "-U", USER, "-d", database, *quiet, "-c", statement)
