"""The folders of the local stack: one for data, logs and secrets, and one with a short path for sockets."""

import fcntl
import hashlib
import os
import pwd
import re
import secrets
import socket
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from containers.manifest import ROOT

NOBODY = "nobody"
_PID_FILE = "supervisor.pid"
_LONGEST_SOCKET = 100
"""Bytes; the kernel's limit for a socket's path is 107."""


class FolderError(Exception):
    """The data folder cannot be used."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one local stack."""

    data: Path
    run: Path
    postgres: Path
    """Where Postgres lives: in `data`, unless its user cannot get there."""

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def renders(self) -> Path:
        return self.data / "renders"

    @property
    def redis(self) -> Path:
        return self.data / "redis"

    @property
    def pid_file(self) -> Path:
        return self.data / _PID_FILE

    @property
    def environment(self) -> Path:
        """Shell lines with the stack's addresses, for a person or another program on this machine."""
        return self.data / "environment"

    def socket(self, name: str) -> Path:
        """The socket of a function or server."""
        return self.run / f"{name}.sock"


def as_root() -> bool:
    """Whether this process is root, so that Postgres and Chromium have to run as nobody."""
    return os.geteuid() == 0


def reachable(path: Path) -> bool:
    """Whether other users can reach the folder: every parent has to be searchable by others."""
    folders = [path, *path.parents]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders if folder.exists())


def _made(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def _run_folder(data: Path) -> Path:
    """The folder for sockets: its path is short, and the same at each start."""
    folder = data / "run"
    if len(str(folder / "postgres" / ".s.PGSQL.5432.lock")) <= _LONGEST_SOCKET and (not as_root() or reachable(data)):
        return _made(folder)
    digest = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    return own_folder(Path(tempfile.gettempdir()) / f"fractafrag-{os.geteuid()}-{digest}")


def own_folder(path: Path) -> Path:
    """Makes a folder below a world-writable one. Raises FolderError if another user owns one of that name."""
    path.mkdir(exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise FolderError(f"{path} belongs to somebody else; remove it, or set DATA_DIR")
    return path


def data_folder(folder: str) -> Path:
    """The folder that DATA_DIR names."""
    return Path(folder).expanduser().resolve() if folder else ROOT / ".local"


def find_folders(folder: str) -> Folders:
    """The folders of the stack with this data folder, created if missing. Raises FolderError."""
    data = data_folder(folder)
    for path in (data, ROOT):
        if not re.fullmatch(r"[\w./+@~-]+", str(path)):
            raise FolderError(f"{path}: use a folder whose path has only letters, digits and . _ - + @ ~")
    try:
        _made(data)
    except OSError as error:
        raise FolderError(f"DATA_DIR={data}: {error.strerror}") from error
    postgres = data / "postgres"
    if as_root() and not reachable(data):
        digest = hashlib.sha256(str(data).encode()).hexdigest()[:12]
        postgres = own_folder(Path("/var/lib") / f"fractafrag-{digest}") / "postgres"
    found = Folders(data, _run_folder(data), postgres)
    for path in (found.logs, found.renders, found.redis):
        _made(path)
    return found


def give_to_nobody(path: Path) -> None:
    """Gives a file or folder to the user nobody."""
    user = pwd.getpwnam(NOBODY)
    os.chown(path, user.pw_uid, user.pw_gid)


def lock(found: Folders) -> IO[str]:
    """Holds the data folder for this process. Raises FolderError when another stack runs on it."""
    file = found.pid_file.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        raise FolderError(
            f"a stack runs on {found.data} already (process {file.read().strip()}); `make down` stops it"
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    os.set_inheritable(file.fileno(), False)
    return file


def is_free(data: Path) -> bool:
    """Whether no stack runs on the data folder, not even one that is only starting."""
    if not (data / _PID_FILE).exists():
        return True
    with (data / _PID_FILE).open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def secret(found: Folders, name: str) -> str:
    """A secret of this stack, generated at its first use."""
    path = found.data / "secrets" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text().strip()


def free_port(wanted: int = 0) -> int:
    """A free port on loopback, the wanted one if it is free."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise FolderError("no free port on 127.0.0.1")


def check_port(port: int) -> None:
    """Raises FolderError if something listens there."""
    if free_port(port) != port:
        another = port + 1 if port >= 1024 else 8080
        raise FolderError(
            f"port {port} on 127.0.0.1 is taken, or not ours to use; choose another: PORT={another} make dev"
        )


def caller_port(environment: Mapping[str, str]) -> int:
    """PORT, or 8080. Raises FolderError for an invalid port."""
    text = environment.get("PORT") or "8080"
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise FolderError(f"PORT={text!r} is no port; use a number from 1024 to 65535")
    return int(text)
