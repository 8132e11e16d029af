"""nginx from the same template as in the container, on one loopback port, with a socket for every function."""

import os
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path
from string import Template

from containers.bootstrap import which
from containers.local.places import PlaceError, Places, as_root
from containers.local.process import Command
from containers.manifest import ROOT, Function

GATEWAY = ROOT / "gateway"
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def binary() -> str:
    """Where nginx is."""
    found = which("nginx")
    if not found:
        raise PlaceError("nginx is missing; as root: apt-get install nginx-light")
    return found


def _upstreams(places: Places, functions: Sequence[Function], vite: int | None) -> str:
    lines = ['map "" $function_port { default ""; }', 'map "" $web_port { default ""; }']
    for item in functions:
        if item.kind in ("http", "asgi"):
            server = f"server unix:{places.socket(item.name)} max_fails=0;"
            lines.append(f"upstream {item.name} {{ {server} keepalive 16; }}")
    if vite:
        lines.append(f"upstream web {{ server 127.0.0.1:{vite} max_fails=0; }}")
    return "\n".join(lines) + "\n"


def _words(places: Places, folder: Path, port: int, site: str, s3: bool) -> dict[str, str]:
    paths = "".join(f"{name}_temp_path {folder}/{name};\n    " for name in _TEMPORARY)
    return {
        "GLOBAL": f"{'user root;' if as_root() else ''}\ndaemon off;\npid {folder}/nginx.pid;",
        "CONF": str(folder / "conf"),
        "TEMP_PATHS": paths,
        "ACCESS_LOG": "/dev/stdout",
        "UPSTREAMS": str(folder / "upstreams.conf"),
        "LISTEN": f"127.0.0.1:{port}",
        "RENDERS": "s3" if s3 else "volume",
        "RENDERS_ROOT": str(places.renders),
        "SITE": site,
        "SITE_ROOT": str(ROOT / "functions" / "web" / "dist"),
    }


def _fill(source: Path, target: Path, words: dict[str, str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(Template(source.read_text()).safe_substitute(words))


def write(places: Places, functions: Sequence[Function], port: int, vite: int | None, s3: bool = False) -> Path:
    """Writes the configuration; vite: the port of the development server, None for the built site. Returns its path."""
    folder = places.data / "gateway"
    shutil.rmtree(folder, ignore_errors=True)
    words = _words(places, folder, port, "vite" if vite else "static", s3)
    for source in sorted((GATEWAY / "conf").glob("*.conf")):
        _fill(source, folder / "conf" / source.name, words)
    _fill(GATEWAY / "nginx.conf", folder / "nginx.conf", words)
    (folder / "upstreams.conf").write_text(_upstreams(places, functions, vite))
    return folder / "nginx.conf"


def command(configuration: Path) -> Command:
    """How nginx is run."""
    return Command(
        name="gateway",
        arguments=[binary(), "-p", str(configuration.parent), "-e", "stderr", "-c", str(configuration)],
        environment={"PATH": os.environ.get("PATH", "")},
        stop=signal.SIGTERM,
        patience=3,
    )
