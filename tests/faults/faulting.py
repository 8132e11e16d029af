"""What the fault tests share: sources, a look into the database, whom to kill, workers at rest."""

import hashlib
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg.rows import dict_row

from containers.local import postgres
from containers.local.stack import Stack
from shared.stores.queue import connect
from tests.support import Api, until

LIGHT = "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, fract(%s), 1.0); }"
"""A still: no preview is made of it."""
MARCH = """
float map(vec3 p) { float d = 1e9; for (int i = 0; i < 48; i++) { p = abs(p) - %s; p.xy = mat2(0.8, 0.6, -0.6, 0.8) * p.xy; d = min(d, length(p) - 0.1); } return d; }
void mainImage(out vec4 c, in vec2 f) {
    vec2 u = (f - 0.5 * iResolution.xy) / iResolution.y; float t = 0.0;
    for (int i = 0; i < 80; i++) t += map(vec3(u * t, t - 3.0 + 0.1 * sin(iTime)));
    c = vec4(vec3(1.0 / (1.0 + t)), 1.0);
}"""
"""Heavy enough to be killed in the middle."""


def fresh(code: str) -> str:
    """The code with a constant of its own, so that no finished render serves again."""
    return code % (0.3 + secrets.randbelow(10**9) / 1e10)


def publish(api: Api, code: str, many: int) -> list[str]:
    """The ids of the renders of so many new shaders."""
    return [api.publish(fresh(code), title=f"Fault {n}")["render"]["id"] for n in range(many)]


def rows(stack: Stack, statement: str, *values: Any) -> list[dict[str, Any]]:
    """What a statement finds in the stack's database."""
    with psycopg.connect(postgres.url(stack.folders), row_factory=dict_row) as connection:
        return connection.execute(statement, values).fetchall()


def states(stack: Stack, ids: list[str]) -> list[str]:
    """How these renders stand. Starts again what has died, as the supervisor would."""
    stack.tend()
    return [row["status"] for row in rows(stack, "SELECT status FROM renders WHERE id = ANY(%s::uuid[])", ids)]


def all_ready(stack: Stack, ids: list[str]) -> bool:
    """Whether each has its poster; fails if one ended otherwise."""
    found = states(stack, ids)
    assert "failed" not in found
    return found == ["ready"] * len(ids)


def claims(stack: Stack, ids: list[str]) -> int:
    """How many attempts these renders took together."""
    return rows(stack, "SELECT sum(fence)::int AS n FROM renders WHERE id = ANY(%s::uuid[])", ids)[0]["n"]


def nothing_due(stack: Stack) -> bool:
    """Whether every render is settled."""
    stack.tend()
    return not rows(stack, "SELECT FROM renders WHERE settled_at IS NULL")


def check_one_poster(stack: Stack, render: str) -> None:
    """One row and one file, with the bytes that were hashed."""
    (row,) = rows(stack, "SELECT key, sha256 FROM outputs WHERE render_id = %s AND name = 'poster'", render)
    poster: Path = stack.folders.renders / row["key"]
    assert list(poster.parent.glob("poster*")) == [poster]
    assert hashlib.sha256(poster.read_bytes()).digest() == row["sha256"]


def mid_render(stack: Stack, ids: list[str]) -> None:
    """Waits until one of them is being drawn."""
    until(lambda: "rendering" in states(stack, ids), "one is being rendered", 20, pause=0.02)
    time.sleep(0.05)


def chromium(stack: Stack, kind: str) -> list[int]:
    """Pids of Chromium's main or GPU processes, or of its page renderers, below our renderer service."""
    service = psutil.Process(stack.children["renderer"].pid)
    pids = []
    for process in service.children(recursive=True):
        try:
            words = " ".join(process.cmdline()).split()  # Chromium writes its titles as one word
        except psutil.Error:
            continue
        if not any("headless" in word or "chrom" in word for word in words[:1]):
            continue
        own = next((word.removeprefix("--type=") for word in words if word.startswith("--type=")), "main")
        if own == kind:
            pids.append(process.pid)
    return pids


def server(stack: Stack, name: str) -> list[int]:
    """The processes that answer a function's requests, below the one that watches them."""
    children = psutil.Process(stack.children[name].pid).children()
    return [child.pid for child in children if "containers.runtime.serve" in " ".join(child.cmdline())]


def victims(stack: Stack, who: str) -> list[int]:
    """The pids of the workers, of the renderer service, or of a kind of Chromium's processes."""
    if who == "worker":
        return [pid for name in stack.of_function("render") if (pid := stack.children[name].pid)]
    if who == "renderer":
        pid = stack.children["renderer"].pid
        return [pid, *server(stack, "renderer")] if pid else []
    return chromium(stack, {"page": "renderer"}.get(who, who))


def kill(stack: Stack, who: str) -> None:
    """kill -9, as soon as there is one to kill."""
    for pid in until(lambda: victims(stack, who), f"there is a {who} to kill", 5):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


@contextmanager
def stopped(stack: Stack, *names: str) -> Iterator[None]:
    """These processes under SIGSTOP."""
    try:
        for name in names:
            stack.children[name].signal(signal.SIGSTOP)
        yield
    finally:
        for name in names:
            stack.children[name].signal(signal.SIGCONT)


def waiting(stack: Stack) -> list[str]:
    """The ids of the connections on which workers wait for the bell."""
    clients = connect(stack.environment()["REDIS_URL"]).client_list()
    return [client["id"] for client in clients if "b" in client["flags"]]


@contextmanager
def workers_at_rest(stack: Stack) -> Iterator[None]:
    """Render workers stopped outside of a drain and with no job in hand: what is rung meanwhile stays in Redis."""
    names = stack.of_function("render")
    everybody = len(names) + len(stack.of_function("describe"))
    until(lambda: nothing_due(stack) and len(waiting(stack)) == everybody, "every worker waits for the bell")
    with stopped(stack, *names):
        for client in waiting(stack):  # or else Redis would hand each of them the first job that comes
            connect(stack.environment()["REDIS_URL"]).client_unblock(client)
        yield


def thirty(stack: Stack, api: Api, before: Callable[[], None], after: Callable[[list[str]], None]) -> float:
    """Seconds from when the workers find thirty renders queued until all are ready.

    before: what happens while they are queued; after: what happens once the workers run.
    """
    with workers_at_rest(stack):
        ids = publish(api, LIGHT, 30)
        assert states(stack, ids) == ["queued"] * 30
        before()
        started = time.monotonic()
    after(ids)
    until(lambda: all_ready(stack, ids), "all thirty are ready", 120)
    return time.monotonic() - started


def added(
    stack: Stack, api: Api, quiet: float, before: Callable[[], None], after: Callable[[list[str]], None], most: float
) -> float:
    """Seconds that harm adds to thirty renders, `quiet` without it.

    What looks like more than `most` is measured once more, beside a new quiet run: the machine itself may have been slow.
    """
    seconds = thirty(stack, api, before, after) - quiet
    if seconds < most:
        return seconds
    until(lambda: nothing_due(stack), "the stack is at rest", 60)
    quiet = thirty(stack, api, lambda: None, lambda _: None)
    return thirty(stack, api, before, after) - quiet
