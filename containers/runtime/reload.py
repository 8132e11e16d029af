"""Restarts a module when the sources change: `python -m containers.runtime.reload containers.runtime.serve shaders`.

For containers with the sources mounted, where the kernel may report no changes: files are polled once a second.
"""

import os
import shlex
import sys
from pathlib import Path

from watchfiles import Change, DefaultFilter, run_process

from containers.manifest import ROOT

FOLDERS = ("containers", "db", "functions", "shared")
_ENDINGS = (".py", ".sql", ".toml", ".js", ".html", ".json")
_POLLING = {"WATCHFILES_FORCE_POLLING": "1", "WATCHFILES_POLL_DELAY_MS": "1000"}


class SourceFilter(DefaultFilter):
    """The files that a running function is made of. The site is left out: Vite follows it by itself."""

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a change of this file matters."""
        return path.endswith(_ENDINGS) and "/functions/web/" not in path and super().__call__(change, path)


def _say(changes: set[tuple[Change, str]]) -> None:
    print(f"changed: {', '.join(sorted({path for _, path in changes}))[:400]}", file=sys.stderr)


def run(arguments: list[str], root: Path = ROOT) -> None:
    """Runs `python -m arguments` until SIGTERM or SIGINT, and again after each change; a module that failed waits for one."""
    os.environ.update(_POLLING)
    target = shlex.join([sys.executable, "-m", *arguments])
    folders = [root / folder for folder in FOLDERS]
    run_process(*folders, target=target, target_type="command", watch_filter=SourceFilter(), callback=_say)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m containers.runtime.reload MODULE [ARGUMENT ...]")
    run(sys.argv[1:])
