"""Shaders that never end meet their deadline, and harm nobody."""

import time
from typing import Any

import pytest

from tests.faults.faulting import LIGHT, fresh
from tests.support import Api

BREAK = "void mainImage(out vec4 c, in vec2 p) { float x = iTime; for (;;) { x = x * 1.0001 + 0.1; if (x < -1.0) break; } c = vec4(x); }"
BARE = "void mainImage(out vec4 c, in vec2 p) { for (;;) {} }"
BUFFER = "void mainImage(out vec4 c, in vec2 p) { float x = 0.0; while (true) { x += 0.1; if (x < 0.0) break; } c = vec4(x); }"
IMAGE = "void mainImage(out vec4 c, in vec2 p) { c = texelFetch(iChannel0, ivec2(p), 0); }"
LONG = """void mainImage(out vec4 c, in vec2 p) {
    float x = p.x; for (int i = 0; i < 60000; i++) for (int j = 0; j < 60000; j++) x = sin(x + float(j)); c = vec4(x); }"""
PROJECT = {
    "passes": [
        {"type": "buffer", "name": "A", "code": BUFFER, "inputs": []},
        {"type": "image", "code": IMAGE, "inputs": [{"channel": 0, "kind": "buffer", "source": "A"}]},
    ]
}


@pytest.mark.parametrize("source", [BREAK, BARE, PROJECT, LONG], ids=["no break", "bare", "in a buffer", "for years"])
def test_an_endless_loop_meets_its_deadline_and_harms_nobody(api: Api, source: str | dict[str, Any]) -> None:
    api.wait_render(api.publish(fresh(LIGHT))["render"]["id"], settled=True)
    started = time.monotonic()
    render = api.wait_render(api.publish(source)["render"]["id"])
    assert time.monotonic() - started < 9.5
    assert render["status"] == "failed"
    # What ends, but not soon, is told its cost, unless the driver draws on to the deadline.
    assert render["reason"] in ({"too_heavy", "deadline"} if source is LONG else {"deadline"})
    started = time.monotonic()
    after = api.wait_render(api.publish(fresh(LIGHT))["render"]["id"])
    assert after["status"] == "ready"
    assert time.monotonic() - started < 4
