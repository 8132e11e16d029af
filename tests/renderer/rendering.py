"""A real renderer service on a loopback port, and a client that reads its stream."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
POSTER = {"name": "poster", "time": 1.0, "width": 640, "height": 360, "format": "webp"}
PREVIEW = {
    "name": "preview",
    "start": 0.0,
    "duration": 4.0,
    "fps": 30,
    "width": 480,
    "height": 270,
    "format": "mp4",
    "unless_still": True,
}
BRIEF = {"stills": [POSTER], "clip": {**PREVIEW, "duration": 1.0}}
SMALL = {"stills": [{**POSTER, "width": 64, "height": 36}], "clip": None}

Record = dict[str, Any]


def project(code: str, *others: dict[str, Any], inputs: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A project with this image pass."""
    return {"passes": [*others, {"type": "image", "code": code, "inputs": inputs or []}]}


def image(statements: str) -> dict[str, Any]:
    """A project whose image is these statements, with `c` for the colour and `p` for the pixel."""
    return project(f"void mainImage(out vec4 c, in vec2 p) {{ {statements} }}")


GOOD = image("c = vec4(p / iResolution.xy, 0.5 + 0.5 * sin(iTime), 1.0);")
HEAVY = image(
    "float a = iTime; int n = iResolution.x > 200.0 ? 20000 : 1;"
    "for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) a = sin(a + float(i)); c = vec4(a, p / iResolution.xy, 1.0);"
)
"""Cheap in the small sizes in which cost is measured first; at full size not drawn within minutes."""


class Service:
    """One renderer process."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.port, self.process, self.log = port, process, log

    def open(self, path: str, body: Any = None) -> Any:
        """The response; raises urllib's HTTPError."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", data, timeout=30)

    def health(self) -> Record:
        with self.open("/health") as response:
            return json.load(response)

    def stream(
        self, document: Record, plan: Record | None = None, fit: Record | None = None, owner: str = ""
    ) -> Iterator[Record]:
        """The records of a render, each with its bytes as `data`."""
        plan = plan or {"stills": [POSTER], "clip": PREVIEW}
        body = {"project": document, "plan": plan, "fit": fit, "owner": owner}
        with self.open("/render", body) as response:
            while line := response.readline():
                record = json.loads(line)
                yield {**record, "data": response.read(record["size"])}

    def render(
        self, document: Record, plan: Record | None = None, fit: Record | None = None, owner: str = ""
    ) -> dict[str, Record]:
        """The records by name, or by kind."""
        return {record.get("name", record["record"]): record for record in self.stream(document, plan, fit, owner)}

    def render_patiently(self, document: Record, fit: Record | None = None) -> dict[str, Record]:
        """As the worker does: what was lost, as on a machine that is too busy, is tried again."""
        tries = (self.render(document, fit=fit) for _ in range(4))
        return next(made for made in tries if made["end"]["reason"] != "browser_lost")

    @property
    def worker(self) -> int:
        """The process that the browsers belong to."""
        return next(process.pid for process in processes() if process.parent == self.process.pid)

    def chromium(self, kind: str = "") -> list["Process"]:
        """Its Chromium processes that are alive; kind: "gpu-process", "renderer"..., "" for the main ones."""
        everything = processes()
        mark = f"--user-data-dir={tempfile.gettempdir()}/fractafrag-renderer-{self.worker}-"
        main = [p for p in everything if mark in p.command and not re.search(r"--type=|launcher\.py", p.command)]
        groups = {process.group for process in main}
        return [p for p in everything if p.group in groups and f"--type={kind}" in p.command] if kind else main

    def groups(self) -> set[int]:
        """The process groups of its browsers."""
        return {process.group for process in self.chromium()}


class Process:
    """A line of /proc."""

    def __init__(self, pid: int) -> None:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        self.pid, self.state, self.parent, self.group = pid, stat[0], int(stat[1]), int(stat[2])
        self.ticks = int(stat[11]) + int(stat[12])
        self.command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def processes() -> list[Process]:
    """Every process but zombies."""
    found = list[Process]()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found.append(Process(int(folder.name)))
    return [process for process in found if process.state != "Z"]


def alive(groups: set[int]) -> list[str]:
    """What still runs of some process groups."""
    return [process.command for process in processes() if process.group in groups]


def until(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """Waits for something to come true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Runs it in a thread of its own: Playwright's synchronous interface leaves a running loop in the main one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, coroutine).result()


def start_service(log: Path, **settings: str) -> Service:
    """Starts the service as production does, and waits until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "containers.runtime.serve", "renderer", "--bind", f"127.0.0.1:{port}"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "RENDERER_SANDBOX": "auto", **settings}, stdout=out, stderr=out
        )
    service = Service(port, process, log)

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError):
            return service.health()["status"] == "ok"
        return False

    try:
        until(answers, 25, f"the renderer answers; its log is {log}")
    except AssertionError:
        process.terminate()
        raise
    return service


def stop_service(service: Service) -> None:
    """SIGTERM, as a supervisor would."""
    if service.process.poll() is None:
        service.process.send_signal(signal.SIGTERM)
    service.process.wait(20)
