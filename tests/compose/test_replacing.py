"""Copies of a function: they share the load, no request is lost while they are replaced, and crashed ones come back."""

import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx2 as httpx

from tests.compose.containers import Containers
from tests.support import GRADIENT, Api, until

REQUESTS = 5_000
CLIENTS = 8
PATH = "/api/v1/shaders"


def count(stack: Containers, container: str) -> int:
    """Requests that a copy has answered, by its own metrics."""
    lines = stack.docker("exec", container, "curl", "-fsS", "http://localhost:8000/metrics").splitlines()
    return int(sum(float(line.split()[-1]) for line in lines if line.startswith("fractafrag_requests_total")))


def scale(stack: Containers, service: str, copies: int) -> list[str]:
    """The containers of a service, so many."""
    stack.compose("up", "-d", "--wait", "--no-deps", "--no-recreate", "--scale", f"{service}={copies}", service)
    return stack.ids(service)


@dataclass
class Load:
    """Clients that ask as fast as answers come: four reads to a write, which creates a shader of one known content."""

    api: Api
    title: str
    code: str
    stop: threading.Event = field(default_factory=threading.Event)
    answers: list[tuple[str, int, str]] = field(default_factory=list[tuple[str, int, str]])

    def client(self, number: int) -> None:
        # An account each: nobody may have hundreds of saves waiting for their pictures.
        own = Api(self.api.base).register(f"load-{secrets.token_hex(6)}")
        headers = {"Authorization": own.http.headers["Authorization"]}
        own.close()
        with httpx.Client(base_url=self.api.base, timeout=60, trust_env=False, headers=headers) as http:
            at = 0
            while not self.stop.is_set():
                at += 1
                # A client of its own at every request, as the trusted proxy before the gateway says: no limit is met.
                http.headers["X-Forwarded-For"] = f"198.18.{number}.{at % 250 + 1}"
                if at % 5:
                    answer = http.get(PATH, params={"limit": 5})
                else:
                    answer = http.post(PATH, json={"title": self.title, "code": self.code})
                self.answers.append((answer.request.method, answer.status_code, answer.text[:200]))

    @property
    def failed(self) -> list[tuple[str, int, str]]:
        return [answer for answer in self.answers if answer[1] not in (200, 201)]


def test_a_scaled_function_shares_its_load(stack: Containers, api: Api) -> None:
    copies = scale(stack, "shaders", 3)
    assert len(copies) == 3
    time.sleep(6)  # the gateway learns of them
    before = {container: count(stack, container) for container in copies}
    for _ in range(90):
        assert api.http.get(PATH).status_code == 200
    shares = [count(stack, container) - before[container] for container in copies]
    assert min(shares) >= 15, shares


def test_a_rolling_replacement_loses_no_request(stack: Containers, api: Api) -> None:
    title, code = f"Rolling {secrets.token_hex(4)}", GRADIENT % "7.5"
    api.wait_render(api.publish(code)["render"]["id"], 40, settled=True)  # its pictures serve all the others
    before = scale(stack, "shaders", 3)
    load = Load(api, title, code)
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(load.client, number) for number in range(CLIENTS)]
        try:
            time.sleep(1)
            stack.make("roll", FUNCTION="shaders")
            until(lambda: len(load.answers) >= REQUESTS, f"{REQUESTS} requests", 120)
        finally:
            load.stop.set()
        for client in clients:
            client.result()
    stack.figures.update(requests=len(load.answers), failed_requests=len(load.failed))
    after = stack.ids("shaders")
    assert len(after) == 3
    assert not set(before) & set(after)
    assert load.failed == []
    created = sum(1 for method, _, _ in load.answers if method == "POST")
    assert created >= REQUESTS / 10
    assert int(stack.sql(f"SELECT count(*) FROM shaders WHERE title = '{title}'")) == created
    scale(stack, "shaders", 1)
    # One by one, as the API does it: their pictures are the same, and workers take these last (docs/decisions/lock-order.md).
    each = f"SELECT id FROM shaders WHERE title = '{title}'"
    loop = f"FOR one IN {each} LOOP DELETE FROM shaders WHERE id = one; COMMIT; END LOOP"
    stack.sql(f"DO $$ DECLARE one uuid; BEGIN {loop}; END $$")
    assert stack.sql(each) == ""


def test_what_is_killed_comes_back_and_nothing_is_lost(stack: Containers, api: Api) -> None:
    renders = [api.publish(GRADIENT % f"{n}.25", title=f"Kill {n}")["render"]["id"] for n in range(6)]
    for service in ("render", "renderer", "shaders", "redis", "gateway"):
        stack.crash(service)
        time.sleep(0.5)
    until(lambda: _answers(stack), "the gateway and a function answer", 60)
    for render in renders:
        assert api.wait_render(render, 90)["status"] == "ready"


def _answers(stack: Containers) -> bool:
    try:
        return httpx.get(f"{stack.address}{PATH}", trust_env=False, timeout=10).status_code == 200
    except httpx.HTTPError:
        return False


def test_only_functions_are_rolled(stack: Containers) -> None:
    """Two servers on one volume would destroy it."""
    for name in ("postgres", "redis", "gateway", "nothing"):
        done = stack.make("roll", ok=False, FUNCTION=name)
        assert done.returncode != 0
        assert "say which function" in done.stderr
        assert len(stack.ids(name) if name != "nothing" else []) <= 1


def test_postgres_restarts_under_the_functions(stack: Containers, api: Api) -> None:
    statuses: list[tuple[int, str | None]] = []
    with ThreadPoolExecutor(1) as pool:
        restart = pool.submit(stack.compose, "restart", "postgres")
        while not restart.done():
            answer = api.http.get(PATH)
            statuses.append((answer.status_code, answer.headers.get("Retry-After")))
            time.sleep(0.1)
        restart.result()
    assert any("database system is shut down" in line for line in stack.logs("postgres")), "it was killed, not stopped"
    assert {status for status, _ in statuses} <= {200, 503}
    assert all(after for status, after in statuses if status == 503)
    until(lambda: _answers(stack), "answers again", 30)
    shader = api.publish(GRADIENT % "99.5")
    assert api.wait_render(shader["render"]["id"], 60)["status"] == "ready"


def test_the_gateway_comes_up_without_a_function_and_finds_it_again(stack: Containers, api: Api) -> None:
    stack.compose("stop", "feed")
    stack.compose("restart", "gateway")
    until(lambda: _answers(stack), "the gateway answers without feed", 30)
    away = api.http.get("/api/v1/feed/new")
    assert (away.status_code, bool(away.headers.get("Retry-After"))) == (503, True)
    assert away.headers["Content-Type"] == "application/problem+json"
    stack.compose("start", "feed")
    until(lambda: api.http.get("/api/v1/feed/new").status_code == 200, "feed is found again", 30)
