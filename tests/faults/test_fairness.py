"""One account's burst: others' pictures come all the same."""

import secrets
import time

import httpx2 as httpx

from containers.local.stack import Stack
from tests.faults.faulting import fresh, rows
from tests.support import Api, gradient, until

BURST = 150
"""Drafts that one account saves, each of them with a preview to make."""
PICTURE_SECONDS = 5 + 3
"""An ad hoc render of somebody else is there within 5 s, with slack for a busy machine."""
PUBLIC_SECONDS = 3 + 3
"""A publication of somebody else is public within 3 s, with the same slack."""
MOVING_SECONDS = 8 + 8
"""One whose poster is dark is public when its preview has shown that it moves, which takes MAX_RENDER_DURATION at most."""
DARK = """void mainImage(out vec4 c, in vec2 p) {
    c = vec4(step(1.5, iTime) * (0.5 + 0.5 * sin(p.x * 0.1 + iTime * 4.0 + %s)), 0.0, 0.0, 1.0);
}"""
"""Black for a second and a half."""


def burst(api: Api) -> None:
    for n in range(BURST):
        body = {"title": f"Draft {n}", "code": gradient(secrets.randbelow(10**9)), "status": "draft"}
        assert api.http.post("/api/v1/shaders", json=body).status_code == 201


def test_one_accounts_drafts_do_not_keep_others_waiting(stack: Stack) -> None:
    greedy, other = (Api(stack.address).register(f"fair-{secrets.token_hex(4)}") for _ in range(2))
    burst(greedy)
    time.sleep(2)  # by now every worker is busy with them
    started = time.monotonic()
    shader = other.publish(gradient(secrets.randbelow(10**9)))
    path = f"/api/v1/shaders/{shader['id']}"
    until(lambda: httpx.get(stack.address + path, trust_env=False).status_code == 200, "public", PUBLIC_SECONDS, 0.02)
    public = time.monotonic() - started
    body = {"code": gradient(secrets.randbelow(10**9)), "times": [1.0]}
    started = time.monotonic()
    render = other.http.post("/api/v1/renders?wait=10", json=body).json()
    assert render["status"] == "ready"
    picture = time.monotonic() - started
    assert picture < PICTURE_SECONDS
    dark = {"passes": [{"type": "image", "code": fresh(DARK)}], "poster_time": 1.0}
    started = time.monotonic()
    path = f"/api/v1/shaders/{other.publish(dark)['id']}"
    until(lambda: httpx.get(stack.address + path, trust_env=False).status_code == 200, "public", MOVING_SECONDS, 0.05)
    moving = time.monotonic() - started
    waiting = rows(stack, "SELECT count(*) AS n FROM renders WHERE settled_at IS NULL")[0]["n"]
    assert waiting > BURST / 2, "the burst was not over yet"
    seconds = f"public after {public:.2f} s, picture after {picture:.2f} s, with a dark poster after {moving:.2f} s"
    print(f"{seconds}, {waiting} renders still waiting")
    drafts = greedy.http.get("/api/v1/shaders/mine?limit=100").json()
    for item in [
        *drafts["items"],
        *greedy.http.get(f"/api/v1/shaders/mine?limit=100&cursor={drafts['next']}").json()["items"],
    ]:
        greedy.http.delete(f"/api/v1/shaders/{item['id']}")
    for api in (greedy, other):
        api.close()
