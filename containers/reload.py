"""Runs a module and starts it again when the sources change: `python -m containers.reload containers.serve shaders`.

For containers with the sources mounted, where no event of a change may arrive: it looks once a second.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from containers.manifest import ROOT

_FOLDERS = ("containers", "db", "functions", "shared")
ENDINGS = (".py", ".sql", ".toml", ".js", ".html", ".json")
"""Of the files that a running function is made of."""
_SECONDS = 1.0


def look(root: Path = ROOT) -> dict[str, int]:
    """Path -> time of its last change (ns), for every source of a function; the site has a server of its own."""
    found: dict[str, int] = {}
    for top in _FOLDERS:
        for folder, below, names in os.walk(root / top):
            below[:] = [name for name in below if name not in ("web", "__pycache__")]
            for path in (Path(folder, name) for name in names if Path(name).suffix in ENDINGS):
                with suppress(FileNotFoundError):  # gone meanwhile
                    found[str(path)] = path.stat().st_mtime_ns
    return found


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
