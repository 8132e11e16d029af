"""Kills in mid-render: nothing is lost, whoever dies. The deadlines here are promises."""

import time
from pathlib import Path

import pytest

from containers.local.stack import Stack
from shared.stores.queue import connect
from tests.faults.faulting import (
    LIGHT,
    MARCH,
    added,
    all_ready,
    check_one_poster,
    claims,
    kill,
    mid_render,
    nothing_due,
    publish,
    states,
    stopped,
)
from tests.support import Api, until


def interrupt(stack: Stack, api: Api, who: str, seconds: float) -> list[str]:
    """A render that is ready in so many seconds after a kill; none if the kill came before or after the drawing."""
    ids = publish(api, MARCH, 1)
    mid_render(stack, ids)
    kill(stack, who)
    until(lambda: all_ready(stack, ids), f"ready after a kill of {who}", seconds)
    return ids if claims(stack, ids) > 1 else []


@pytest.mark.parametrize("who", ["worker", "renderer", "main", "gpu-process", "page"])
def test_a_kill_in_mid_render_is_made_good_within_ten_seconds(
    stack: Stack, api: Api, quiet_march: float, who: str
) -> None:
    ids = until(lambda: interrupt(stack, api, who, 10 + quiet_march), "a kill meets its render", 60)
    until(lambda: nothing_due(stack), "the preview is made too")
    check_one_poster(stack, ids[0])


def test_thirty_renders_survive_every_kill_and_a_flush(stack: Stack, api: Api, quiet_thirty: float) -> None:
    def harm(ids: list[str]) -> None:
        for who in ("worker", "main", "renderer"):
            mid_render(stack, ids)
            kill(stack, who)
        connect(stack.environment()["REDIS_URL"]).flushall()
        assert claims(stack, ids) < 30, "it was over before the last kill"

    assert added(stack, api, quiet_thirty, lambda: None, harm, most=10) < 10


def one_each(stack: Stack, api: Api) -> list[str]:
    """Two renders that are being drawn at once, so by different workers; none if one was too quick for that."""
    ids = publish(api, MARCH, 2)
    while states(stack, ids).count("queued"):
        time.sleep(0.02)
    return ids if states(stack, ids) == ["rendering"] * 2 and claims(stack, ids) == 2 else []


def test_a_stopped_worker_comes_too_late(stack: Stack, api: Api) -> None:
    """SIGSTOP past the lease, then SIGCONT: one output, and the late worker goes on serving."""
    ids = until(lambda: one_each(stack, api), "each worker renders one", 60)
    name = stack.of_function("render")[0]
    with stopped(stack, name):
        until(lambda: all_ready(stack, ids) and claims(stack, ids) > 2, "the other worker makes both", 40)
    assert api.wait_render(publish(api, LIGHT, 1)[0])["status"] == "ready"
    assert Path(f"/proc/{stack.children[name].pid}").exists()
    until(lambda: nothing_due(stack), "the previews are made too")
    for render in ids:
        check_one_poster(stack, render)
