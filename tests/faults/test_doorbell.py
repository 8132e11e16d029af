"""Redis flushed, away, dead: a doorbell and a cache. Nothing is lost but seconds."""

import os
import secrets
import signal
import time

from rq import Queue

from containers.local.stack import Stack
from shared import settings
from shared.renders import operations as renders
from shared.request import Request, Services
from shared.stores.queue import connect
from tests.faults.faulting import LIGHT, added, all_ready, fresh, publish, stopped, workers_at_rest
from tests.support import Api, until

ONE_PICTURE = {"times": [1.0], "width": 640, "height": 360, "format": "webp"}


def test_a_flush_with_thirty_queued_costs_less_than_ten_seconds(stack: Stack, api: Api, quiet_thirty: float) -> None:
    """The workers wait for a bell that has been forgotten: only the reconciler can ring it again."""

    def flush() -> None:
        redis = connect(stack.environment()["REDIS_URL"])
        assert Queue(renders.QUEUE, connection=redis).count >= 30
        redis.flushall()
        assert Queue(renders.QUEUE, connection=redis).count == 0

    assert added(stack, api, quiet_thirty, flush, lambda _: None, most=10) < 10


def test_what_was_committed_but_never_rung_is_rung_within_five_seconds(stack: Stack) -> None:
    project = {"passes": [{"type": "image", "code": fresh(LIGHT), "inputs": []}], "params": []}
    services = Services(settings.load(["postgres", "redis"], stack.environment()))
    with workers_at_rest(stack):
        unrung = Request(services)
        with services.db.transaction() as connection:
            unrung.connection = connection
            render = renders.queue_ad_hoc(unrung, {"project": project, **ONE_PICTURE})
        queue = Queue(renders.QUEUE, connection=connect(stack.environment()["REDIS_URL"]))
        until(lambda: queue.count, "it is rung for", 5)
    services.db.close()
    until(lambda: all_ready(stack, [str(render)]), "it is ready", 20)


def test_writes_go_on_while_redis_is_away(stack: Stack, api: Api) -> None:
    ids, end = list[str](), time.monotonic() + 5
    with stopped(stack, "redis"):
        while time.monotonic() < end:
            started = time.monotonic()
            ids += publish(api, LIGHT, 1)
            assert time.monotonic() - started < 3
            time.sleep(0.5)
    until(lambda: all_ready(stack, ids), "all are ready", 15)


def test_redis_killed_and_back(stack: Stack, api: Api) -> None:
    pid = stack.children["redis"].pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    ids = publish(api, LIGHT, 1)
    until(lambda: all_ready(stack, ids), "ready", 15)


def test_a_flush_signs_nobody_in_again(stack: Stack) -> None:
    leaver = Api(stack.address).register(f"leaver-{secrets.token_hex(4)}")
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in leaver.http.cookies.items())}
    assert leaver.http.post("/api/v1/auth/logout").status_code == 204
    connect(stack.environment()["REDIS_URL"]).flushall()
    assert leaver.http.get("/api/v1/me").status_code == 401
    assert leaver.http.post("/api/v1/auth/refresh", headers=cookie).status_code == 401
    leaver.close()
