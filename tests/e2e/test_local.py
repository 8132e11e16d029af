"""The supervisor as a person meets it: ports, data, signals, and nothing left behind."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from containers.local.folders import free_port
from containers.manifest import ROOT
from tests.support import Api, until

DEV = [sys.executable, "-m", "containers.local", "dev"]


def belonging(marker: str) -> dict[int, str]:
    """Processes whose command line or environment names the folder."""
    found: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, ValueError):
            continue
        if marker.encode() in words and state != "Z" and int(entry.name) != os.getpid():
            found[int(entry.name)] = words[:200].replace(b"\0", b" ").decode(errors="replace")
    return found


@pytest.fixture
def home(folder: Path) -> Path:
    """A data folder whose name no other process knows."""
    return folder / f"local-{secrets.token_hex(6)}"


@pytest.fixture
def dev(home: Path) -> Iterator[subprocess.Popen[str]]:
    """`make dev` without its starters, so that it is up in seconds."""
    with started(home, free_port()) as process:
        yield process


@pytest.fixture(scope="module")
def lasting(folder: Path) -> Iterator[tuple[Path, str]]:
    """Data folder and address of one that several tests look at."""
    home = folder / f"local-{secrets.token_hex(6)}"
    with started(home, free_port()) as process:
        yield home, address(process)
        process.send_signal(signal.SIGHUP)
        process.wait(30)
        until(lambda: not belonging(home.name), "nothing is left", 40)


@contextmanager
def started(home: Path, port: int) -> Generator[subprocess.Popen[str]]:
    """The supervisor in a process of its own, gone at the end of the block."""
    environment = {**os.environ, "DATA_DIR": str(home), "PORT": str(port), "STARTERS": "0"}
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(DEV, env=environment, cwd=ROOT, text=True, **output) as process:  # type: ignore[call-overload]
        yield process
        process.kill()


def address(process: subprocess.Popen[str]) -> str:
    """The address that it prints last."""
    assert process.stdout is not None
    seen: list[str] = []
    for line in process.stdout:
        seen.append(line)
        if match := re.search(r"Fractafrag is at (http://127\.0\.0\.1:\d+)", line):
            return match[1]
    raise AssertionError("".join(seen))


def test_killed_it_leaves_nothing_behind(dev: subprocess.Popen[str], home: Path) -> None:
    """What other signals leave is looked at where the other tests end it."""
    address(dev)
    assert len(belonging(home.name)) > 15
    dev.kill()
    dev.wait(30)
    until(lambda: not belonging(home.name), "nothing is left", 40)


def test_data_survives_and_the_second_start_is_warm(home: Path) -> None:
    port = free_port()
    name = f"user-{secrets.token_hex(4)}"
    body = {"username": name, "password": "correct horse battery"}
    for n in range(2):
        with started(home, port) as process:
            assert address(process) == f"http://127.0.0.1:{port}"
            api = Api(f"http://127.0.0.1:{port}")
            if n == 0:
                api.register(name)
            assert api.http.post("/api/v1/auth/login", json=body).status_code == 200
            assert "<title>Fractafrag" in api.http.get("/").text
            api.close()
            if n == 0:
                process.send_signal(signal.SIGINT)
            else:
                environment = {**os.environ, "DATA_DIR": str(home)}
                subprocess.run([*DEV[:-1], "down"], env=environment, cwd=ROOT, check=True, timeout=60)
            process.wait(30)
        until(lambda: not belonging(home.name), "nothing is left", 40)


def test_only_loopback_listens(lasting: tuple[Path, str]) -> None:
    pids = set(belonging(lasting[0].name))
    inodes = {target for pid in pids for target in _open_files(Path(f"/proc/{pid}/fd"))}
    listening = [line.split() for line in _tables() if line.split()[3] == "0A"]
    ours = [row[1] for row in listening if f"socket:[{row[9]}]" in inodes]
    assert ours
    assert {local.partition(":")[0] for local in ours} == {"0100007F"}


def _open_files(folder: Path) -> list[str]:
    """What a process has open now; files come and go meanwhile."""
    found: list[str] = []
    with suppress(OSError):
        for link in folder.iterdir():
            with suppress(OSError):
                found.append(os.readlink(link))
    return found


def _tables() -> list[str]:
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    six = Path("/proc/net/tcp6")
    return lines + (six.read_text().splitlines()[1:] if six.exists() else [])


def test_a_second_stack_on_the_same_data_is_refused(lasting: tuple[Path, str]) -> None:
    with started(lasting[0], free_port()) as second:
        out, _ = second.communicate(timeout=30)
    assert second.returncode == 1
    assert "runs on" in out
    assert "make down" in out


def test_a_taken_port_is_said_with_what_to_do(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with started(home, taken.getsockname()[1]) as process:
            out, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "PORT=" in out


def test_changed_code_is_reloaded(lasting: tuple[Path, str]) -> None:
    home, address = lasting
    api = Api(address)
    added = ROOT / "functions" / "docs" / "added_by_a_test.py"
    before = (home / "logs" / "docs.log").read_text().count("Booting worker")
    try:
        added.write_text("")
        until(
            lambda: (home / "logs" / "docs.log").read_text().count("Booting worker") > before, "docs starts again", 20
        )
    finally:
        added.unlink()
    until(lambda: api.http.get("/api/docs").status_code == 200, "and answers", 20)
    assert (home / "logs" / "shaders.log").read_text().count("Booting worker") == 1
    api.close()


def test_what_dies_comes_back(lasting: tuple[Path, str]) -> None:
    home, address = lasting
    api = Api(address)
    pids = [pid for pid, words in belonging(home.name).items() if "containers.runtime.serve shaders" in words]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    until(lambda: api.http.get("/api/v1/shaders").status_code == 200, "shaders answers again", 20)
    api.close()


def test_the_development_server_has_no_page_of_nothing_either(lasting: tuple[Path, str]) -> None:
    """The site's pages and sources come from Vite; what is neither is a 404, as from the built site."""
    api, browser = Api(lasting[1]), {"Accept": "text/html,*/*;q=0.8"}
    for path in ("/", "/new", "/signin", "/me"):
        page = api.http.get(path, headers=browser)
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html"), path
        assert "/@vite/client" in page.text
    for path in ("/src/main.ts", "/favicon.svg", "/@vite/client", "/src/ui/base.css", "/robots.txt"):
        assert api.http.get(path, headers={"Accept": "*/*"}).status_code == 200, path
    for path in ("/no/such", "/shaders/none", "/shaders/0d42430f-5885-4f8f-8a93-5254fcccbe81"):
        page = api.http.get(path, headers=browser)
        assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html"), path
        assert "/@vite/client" in page.text
        assert api.http.get(path).headers["Content-Type"] == "application/problem+json"
    api.close()
