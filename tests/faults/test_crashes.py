"""Kills and flushes in mid-render: nothing is lost, whoever dies. The deadlines here are promises, with slack."""

import os
import secrets
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from containers.local.stack import Stack
from shared.queue import connect
from tests.support import Api, gradient, until

MARCH = """
float map(vec3 p) { float d = 1e9; for (int i = 0; i < 24; i++) { p = abs(p) - %s; p.xy = mat2(0.8, 0.6, -0.6, 0.8) * p.xy; d = min(d, length(p) - 0.1); } return d; }
void mainImage(out vec4 c, in vec2 f) {
    vec2 u = (f - 0.5 * iResolution.xy) / iResolution.y; float t = 0.0;
    for (int i = 0; i < 60; i++) t += map(vec3(u * t, t - 3.0 + 0.1 * sin(iTime)));
    c = vec4(vec3(1.0 / (1.0 + t)), 1.0);
}"""
"""Heavy enough to be killed in the middle."""
ENDLESS = "void mainImage(out vec4 c, in vec2 p) { float x = iTime; for (;;) { x = x * 1.0001 + 0.1; if (x < -1.0) break; } c = vec4(x); }"


@pytest.fixture
def api(stack: Stack) -> Iterator[Api]:
    client = Api(stack.address).register(f"fault-{secrets.token_hex(4)}")
    yield client
    client.close()


def publish(api: Api, code: str, many: int) -> list[str]:
    return [
        api.publish(code % (0.3 + n / 1000 + secrets.randbelow(100) / 1e6), title=f"Fault {n}")["render"]["id"]
        for n in range(many)
    ]


def all_ready(stack: Stack, api: Api, ids: list[str]) -> bool:
    stack.tend()
    return all(api.render(render)["status"] == "ready" for render in ids)


def rendering(stack: Stack, api: Api, ids: list[str]) -> bool:
    stack.tend()
    return any(api.render(render)["status"] == "rendering" for render in ids)


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


def kill(pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def victims(stack: Stack, who: str) -> list[int]:
    if who == "worker":
        return [pid for name in stack.of_function("render") if (pid := stack.children[name].pid)]
    if who == "renderer":
        service = psutil.Process(stack.children["renderer"].pid)
        return [
            service.pid,
            *(child.pid for child in service.children() if "containers.serve" in " ".join(child.cmdline())),
        ]
    return chromium(stack, {"page": "renderer"}.get(who, who))


@pytest.mark.parametrize("who", ["worker", "renderer", "main", "gpu-process", "page"])
def test_a_kill_in_mid_render_loses_nothing(stack: Stack, api: Api, who: str) -> None:
    ids = publish(api, MARCH, 3)
    until(lambda: rendering(stack, api, ids), "one is being rendered", 20)
    time.sleep(0.15)
    kill(until(lambda: victims(stack, who), f"there is a {who} to kill", 5))
    until(lambda: all_ready(stack, api, ids), f"all are ready after a kill of {who}", 45)


def test_a_flush_with_thirty_queued_loses_nothing(stack: Stack, api: Api) -> None:
    def timed(seed: str, flush: bool) -> float:
        started = time.monotonic()
        code = gradient(1).replace("iTime", f"iTime * %s + {seed}")
        ids = publish(api, code, 30)
        if flush:
            connect(stack.environment()["REDIS_URL"]).flushall()
        until(lambda: all_ready(stack, api, ids), "all thirty are ready", 120, pause=0.2)
        return time.monotonic() - started

    quiet = timed("1.0", flush=False)
    assert timed("2.0", flush=True) < quiet + 10


def test_thirty_renders_survive_every_kill(stack: Stack, api: Api) -> None:
    ids = publish(api, gradient(3).replace("iTime", "iTime * %s"), 30)
    for who in ("worker", "main", "renderer"):
        time.sleep(0.7)
        stack.tend()
        kill(victims(stack, who))
    connect(stack.environment()["REDIS_URL"]).flushall()
    until(lambda: all_ready(stack, api, ids), "all thirty are ready", 120, pause=0.2)


def test_an_endless_loop_meets_its_deadline_and_harms_nobody(stack: Stack, api: Api) -> None:
    api.wait_render(api.publish(gradient(21))["render"]["id"], settled=True)
    started = time.monotonic()
    render = api.wait_render(api.publish(ENDLESS)["render"]["id"])
    assert time.monotonic() - started < 9.5
    assert (render["status"], render["reason"]) == ("failed", "deadline")
    started = time.monotonic()
    after = api.wait_render(api.publish(gradient(22))["render"]["id"])
    assert after["status"] == "ready"
    assert time.monotonic() - started < 4


def test_what_was_committed_but_never_rung_is_rung(stack: Stack, api: Api) -> None:
    redis = stack.children["redis"]
    redis.signal(signal.SIGSTOP)
    try:
        shader = api.publish(gradient(31))
    finally:
        redis.signal(signal.SIGCONT)
    assert api.wait_render(shader["render"]["id"], 15)["status"] == "ready"


def test_redis_killed_and_back(stack: Stack, api: Api) -> None:
    pid = stack.children["redis"].pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    shader = api.publish(gradient(32))
    until(lambda: all_ready(stack, api, [shader["render"]["id"]]), "ready", 40)


def test_postgres_killed_and_back(stack: Stack, api: Api) -> None:
    pid = stack.children["postgres"].pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    statuses = set()

    def answers() -> bool:
        stack.tend()
        status = api.http.get("/api/v1/shaders").status_code
        statuses.add(status)
        return status == 200 and bool(statuses)

    until(answers, "answers again", 40)
    assert statuses <= {200, 503}
    assert api.wait_render(api.publish(gradient(33))["render"]["id"], 40)["status"] == "ready"


def test_a_stopped_worker_comes_too_late(stack: Stack, api: Api) -> None:
    """SIGSTOP past the lease, then SIGCONT: one output, and the late worker goes on serving."""
    ids = publish(api, MARCH, 2)
    until(lambda: rendering(stack, api, ids), "one is being rendered", 20)
    name = stack.of_function("render")[0]
    stack.children[name].signal(signal.SIGSTOP)
    try:
        until(lambda: all_ready(stack, api, ids), "the other worker makes both", 40)
    finally:
        stack.children[name].signal(signal.SIGCONT)
    assert api.wait_render(api.publish(gradient(34))["render"]["id"])["status"] == "ready"
    assert Path(f"/proc/{stack.children[name].pid}").exists()
