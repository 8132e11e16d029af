"""Restarts a module when the sources change: `python -m containers.runtime.reload containers.runtime.serve shaders`.

For containers with the sources mounted, where the kernel may report no changes: files are polled once a second.
"""

import signal
import subprocess
import sys
import threading
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from containers.manifest import ROOT

FOLDERS = ("containers", "db", "functions", "shared")
POLL_MILLISECONDS = 1000
PATIENCE = 40.0
"""Seconds for a module to finish its requests after SIGTERM; gunicorn takes 30 at most."""
_ENDINGS = (".py", ".sql", ".toml", ".js", ".html", ".json")


class SourceFilter(DefaultFilter):
    """The files that a running function is made of. The site is left out: Vite follows it by itself."""

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a change of this file matters."""
        return path.endswith(_ENDINGS) and "/functions/web/" not in path and super().__call__(change, path)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Lets the module finish what it has begun."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run(arguments: list[str], root: Path = ROOT) -> None:
    """Runs `python -m arguments` until SIGTERM or SIGINT, and again after each change; a module that failed waits for one."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    command = [sys.executable, "-m", *arguments]
    process = subprocess.Popen(command)
    for changes in watch(
        *(root / folder for folder in FOLDERS),
        watch_filter=SourceFilter(),
        stop_event=stopped,
        raise_interrupt=False,
        rust_timeout=500,
        force_polling=True,
        poll_delay_ms=POLL_MILLISECONDS,
    ):
        print(f"changed: {', '.join(sorted({path for _, path in changes}))[:400]}", file=sys.stderr)
        _end(process)
        process = subprocess.Popen(command)
    _end(process)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m containers.runtime.reload MODULE [ARGUMENT ...]")
    run(sys.argv[1:])
