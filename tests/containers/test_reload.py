"""`python -m containers.runtime.reload` restarts a module when a source changes, and only then."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchfiles import Change

from containers.manifest import ROOT
from containers.runtime.reload import FOLDERS, SourceFilter
from tests.support import until

MODULE = """
import os, pathlib, signal, time
def finish(*_):
    time.sleep(0.2)  # the request in hand
    pathlib.Path(os.environ["STARTS"] + ".finished").touch()
    raise SystemExit
signal.signal(signal.SIGTERM, finish)
with pathlib.Path(os.environ["STARTS"]).open("a") as file:
    file.write(f"{os.getpid()}\\n")
time.sleep(60)
"""
RUN = "import sys; from pathlib import Path; from containers.runtime.reload import run; run(['module'], Path(sys.argv[1]))"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A source tree, whose module notes its process id at each start."""
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
    (tmp_path / "module.py").write_text(MODULE)
    return tmp_path


@pytest.fixture
def reloading(root: Path) -> Iterator["subprocess.Popen[bytes]"]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{root}", "STARTS": str(root / "starts")}
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(root)], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        yield process
        process.kill()


def starts(root: Path) -> list[int]:
    """The process ids of the module so far."""
    file = root / "starts"
    return [int(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_a_change_restarts_the_module_and_a_signal_ends_both(root: Path, reloading: "subprocess.Popen[bytes]") -> None:
    until(lambda: len(starts(root)) == 1, "it is started")
    source = root / "functions" / "source.py"

    def changed() -> bool:
        source.write_text(source.read_text() + "#" if source.exists() else "#")  # until the watch has begun
        return len(starts(root)) > 1

    until(changed, "it is started again", pause=0.5)
    first, last = starts(root)[0], starts(root)[-1]
    assert not Path(f"/proc/{first}").exists()
    assert (root / "starts.finished").exists(), "it was let to finish"
    reloading.send_signal(signal.SIGTERM)
    assert reloading.wait(15) == 0
    assert not Path(f"/proc/{last}").exists()


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("/app/functions/votes/handler.py", True),
        ("/app/shared/votes/queries.sql", True),
        ("/app/functions/votes/function.toml", True),
        ("/app/shared/player/player.js", True),
        ("/app/functions/web/src/main.ts", False),
        ("/app/functions/web/vite.config.js", False),
        ("/app/functions/votes/__pycache__/handler.cpython-311.pyc", False),
        ("/app/functions/votes/notes.md", False),
    ],
)
def test_sources_of_functions_count(path: str, counts: bool) -> None:
    assert SourceFilter()(Change.modified, path) is counts
