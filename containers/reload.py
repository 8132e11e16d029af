"""Runs a module and starts it again when the sources change: `python -m containers.reload containers.serve shaders`.

For containers with the sources mounted, where no event of a change may arrive: it looks once a second.
"""

import signal
import subprocess
import sys
import threading
from pathlib import Path

from containers.manifest import ROOT

_FOLDERS = ("containers", "db", "functions", "shared")
_ENDINGS = {".py", ".sql", ".toml", ".js", ".html", ".json"}
_SECONDS = 1.0


def look(root: Path = ROOT) -> dict[str, int]:
    """Path -> time of its last change (ns), for every source of a function; the site has a server of its own."""
    files = (path for folder in _FOLDERS for path in (root / folder).rglob("*") if path.suffix in _ENDINGS)
    return {str(path): path.stat().st_mtime_ns for path in files if "web" not in path.relative_to(root).parts[:2]}


def _stop(child: "subprocess.Popen[bytes]") -> int:
    child.terminate()
    return child.wait()


def run(arguments: list[str], stopped: threading.Event) -> int:
    """Runs `python -m arguments` until told to stop; returns its exit code. One that failed waits for a change."""
    before, child = look(), subprocess.Popen([sys.executable, "-m", *arguments])
    while not stopped.wait(_SECONDS):
        now = look()
        if now != before:
            changed = sorted({path for path, _ in now.items() ^ before.items()})
            print(f"changed: {', '.join(changed)[:400]}", file=sys.stderr)
            _stop(child)
            before, child = now, subprocess.Popen([sys.executable, "-m", *arguments])
    return _stop(child)


def main() -> None:
    """The command line."""
    if len(sys.argv) < 2:
        sys.exit("usage: python -m containers.reload MODULE [ARGUMENT ...]")
    stopped = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stopped.set())
    sys.exit(run(sys.argv[1:], stopped))


if __name__ == "__main__":
    main()
