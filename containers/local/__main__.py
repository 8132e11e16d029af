"""The local stack's command line: `make dev`, `make demo`, `make down`, `make logs`, `make psql`."""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from containers import bootstrap
from containers.local import demo, postgres, seeding
from containers.local.folders import FolderError, Folders, caller_port, check_port, find_folders, is_free, lock
from containers.local.reload import Watcher
from containers.local.stack import Options, Stack, StackError, running
from containers.manifest import ROOT

_STEP = 0.25


class Stopped(Exception):
    """A signal asked this process to stop."""


def say(text: str) -> None:
    """A line of progress."""
    print(f"  {text}", flush=True)


def _stop_on_signals() -> None:
    def stop(*_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def dev(found: Folders) -> None:
    """Runs the stack with the site's development server until told to stop, and follows changes of the code."""
    port = caller_port(os.environ)
    check_port(port)
    node = bootstrap.node_folder(Path(sys.executable))
    started = time.monotonic()
    say(f"data in {found.data}" + ("" if found.postgres.parent == found.data else f", Postgres in {found.postgres}"))
    with running(Stack(found, Options(port=port, vite=True, node=node), say)) as stack:
        say(f"stack up: {len(stack.children)} processes in {time.monotonic() - started:.1f} s")
        if os.environ.get("STARTERS") != "0":
            seeding.seed(stack, say)
        with Watcher(ROOT) as watcher:
            print(f"\nFractafrag is at {stack.address}   (Ctrl-C stops it)", flush=True)
            _supervise(stack, watcher)


def _supervise(stack: Stack, watcher: Watcher) -> None:
    while True:
        stack.tend()
        for names in watcher.changes(_STEP):
            chosen = [child for name in names for child in stack.of_function(name)]
            say(f"changed: starting {', '.join(sorted(names))} again")
            stack.restart(chosen)


def down(found: Folders) -> None:
    """Stops the stack that runs on the data folder, and waits for its end."""
    if is_free(found.data):
        say(f"nothing runs on {found.data}")
        return
    pid = int(found.pid_file.read_text())
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + 30
    while not is_free(found.data):
        if time.monotonic() > until:
            sys.exit(f"process {pid} does not end")
        time.sleep(0.1)
    say("stopped")


def logs(found: Folders) -> None:
    """Follows the logs of all processes."""
    files = sorted(str(path) for path in found.logs.glob("*.log"))
    if not files:
        sys.exit(f"no logs in {found.logs} yet; `make dev` writes them")
    subprocess.run(["tail", "-n", "20", "-F", *files], check=False)


def psql(found: Folders) -> None:
    """A Postgres shell on the running stack."""
    os.execv(postgres.binaries(found) / "psql", ["psql", postgres.url(found)])  # noqa: S606


def run_demo(found: Folders) -> None:
    """`make demo`: the whole stack on data of its own, with containers/local/demo.py as its only client."""
    port = caller_port({"PORT": os.environ.get("PORT", "8081")})
    check_port(port)
    bootstrap.build_site(Path(sys.executable))
    with running(Stack(found, Options(port=port), say)) as stack:
        demo.run(stack, say)


_COMMANDS: dict[str, Callable[[Folders], None]] = {
    "dev": dev,
    "demo": run_demo,
    "down": down,
    "logs": logs,
    "psql": psql,
}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m containers.local", description=__doc__)
    parser.add_argument("command", choices=_COMMANDS)
    command = parser.parse_args().command
    os.umask(0o022)  # Postgres and Chromium run as somebody else where we are root
    folder = os.environ.get("DATA_DIR") or (str(ROOT / ".demo") if command == "demo" else "")
    try:
        found = find_folders(folder)
        if command in ("dev", "demo"):
            _stop_on_signals()
            with lock(found):
                _COMMANDS[command](found)
        else:
            _COMMANDS[command](found)
    except Stopped:
        say("stopped")
    except (FolderError, StackError) as error:
        sys.exit(f"{command}: {error}")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
