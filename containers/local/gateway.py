"""nginx with the same configuration as in the container, on a loopback port, with a Unix socket as each function's upstream."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from containers.bootstrap import which
from containers.local.folders import FolderError, Folders, as_root
from containers.local.process import Command
from containers.manifest import ROOT, Function

GATEWAY = ROOT / "gateway"


def binary() -> str:
    """Where nginx is."""
    found = which("nginx")
    if not found:
        raise FolderError("nginx is missing; as root: apt-get install nginx-light")
    return found


def _upstreams(folders: Folders, functions: Sequence[Function], vite: int | None) -> str:
    lines = [f'map "" ${kind}_address {{ default $function; }}' for kind in ("function", "stream")]
    lines.append('map "" $web_address { default web; }')
    for item in functions:
        if item.kind in ("http", "asgi"):
            server = f"server unix:{folders.socket(item.name)} max_fails=0;"
            lines.append(f"upstream {item.name} {{ {server} keepalive 16; }}")
    if vite:
        lines.append(f"upstream web {{ server 127.0.0.1:{vite} max_fails=0; }}")
    return "\n".join(lines) + "\n"


def _settings(folders: Folders, folder: Path, port: int, vite: bool, s3: bool) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "OUT": str(folder),
        "LISTEN": f"127.0.0.1:{port}",
        "STATUS_LISTEN": "off",
        "SITE": "vite" if vite else "static",
        "SITE_ROOT": str(ROOT / "functions" / "web" / "dist"),
        "RENDERS_ROOT": str(folders.renders),
        "STORAGE_URL": "s3:" if s3 else "",
        "TRUSTED_PROXIES": os.environ.get("TRUSTED_PROXIES", ""),
        "RESOLVER": "127.0.0.1",  # never asked: all upstreams are sockets or addresses
        "WORKER_USER": "root" if as_root() else "",  # whose folders these are
    }


def write(folders: Folders, functions: Sequence[Function], port: int, vite: int | None, s3: bool = False) -> Path:
    """Writes the configuration; vite: the port of the development server, None for the built site. Returns its path.

    Raises FolderError for an invalid setting.
    """
    folder = folders.data / "gateway"
    shutil.rmtree(folder, ignore_errors=True)
    settings = _settings(folders, folder, port, bool(vite), s3)
    fill = ["sh", str(GATEWAY / "entrypoint.sh"), "--fill"]
    done = subprocess.run(fill, env=settings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FolderError(done.stderr.strip())
    (folder / "conf" / "upstreams.conf").write_text(_upstreams(folders, functions, vite))
    return folder / "nginx.conf"


def command(configuration: Path) -> Command:
    """How nginx is run."""
    return Command(
        name="gateway",
        arguments=[binary(), "-p", f"{configuration.parent}/", "-e", "stderr", "-c", str(configuration)],
        environment={"PATH": os.environ.get("PATH", "")},
        stop=signal.SIGTERM,
        patience=3,
    )
