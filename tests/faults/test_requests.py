"""Requests in flight while the process that answers them, or the database, goes away."""

import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

import httpx2 as httpx
import psycopg
import pytest

from containers.local import postgres
from containers.local.stack import Stack
from tests.faults.faulting import LIGHT, all_ready, fresh, publish, rows, server, stopped
from tests.support import Api, until

PATH = "/api/v1/shaders"
Moment = Callable[[], object]


def answers_until_created(api: Api, document: dict[str, str]) -> list[httpx.Response]:
    """Every answer to one POST that comes again, under one Idempotency-Key, until it succeeds."""
    key = {"Idempotency-Key": secrets.token_hex(8)}
    answers = [api.http.post(PATH, json=document, headers=key)]
    while answers[-1].status_code != 201 and len(answers) < 100:
        time.sleep(0.1)
        answers.append(api.http.post(PATH, json=document, headers=key))
    return answers


def check_away(answer: httpx.Response) -> None:
    """The one error that a client may see here: come again."""
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0


def ids_of(stack: Stack, title: str) -> list[str]:
    """The shaders of this title."""
    return [str(row["id"]) for row in rows(stack, "SELECT id FROM shaders WHERE title = %s", title)]


def answers(stack: Stack, api: Api) -> bool:
    """Whether shaders can be listed, after everything that has ended was started again."""
    stack.tend()
    answer = api.http.get(PATH)
    if answer.status_code != 200:
        check_away(answer)
    return answer.status_code == 200


def terminated(stack: Stack, api: Api) -> Callable[[], bool]:
    """SIGTERM to the function that serves shaders; the answer tells whether its successor is at work."""
    child = stack.children["shaders"]
    starts = child.starts
    child.signal(signal.SIGTERM)
    return lambda: answers(stack, api) and child.starts > starts


@contextmanager
def held_before_the_commit(stack: Stack, title: str) -> Iterator[Moment]:
    """Inserting a shader waits until the end of the block; yields what waits for somebody to insert."""
    waits = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'shaders'::regclass"
    with psycopg.connect(postgres.url(stack.folders)) as connection:
        connection.execute("LOCK TABLE shaders IN SHARE ROW EXCLUSIVE MODE")
        yield lambda: until(lambda: bool(rows(stack, waits)), f"{title} is being inserted", 5)


@contextmanager
def held_after_the_commit(stack: Stack, title: str) -> Iterator[Moment]:
    """The bell rings slowly in the block, after the commit; yields what waits for the commit."""
    with stopped(stack, "redis"):
        yield lambda: until(lambda: bool(ids_of(stack, title)), f"{title} is committed", 5, pause=0.01)


@pytest.mark.parametrize("held", [held_before_the_commit, held_after_the_commit])
def test_a_server_killed_in_mid_post_makes_one_shader(
    stack: Stack, api: Api, held: Callable[[Stack, str], AbstractContextManager[Moment]]
) -> None:
    title = f"Killed {secrets.token_hex(4)}"
    with ThreadPoolExecutor(1) as pool:
        with held(stack, title) as moment:
            posting = pool.submit(answers_until_created, api, {"title": title, "code": fresh(LIGHT)})
            moment()
            for pid in server(stack, "shaders"):
                os.kill(pid, signal.SIGKILL)
        *refused, created = posting.result(30)
    until(lambda: answers(stack, api), "the function is back")
    # Over a kept connection the gateway tries the next process itself, and the client notices nothing.
    for answer in refused:
        check_away(answer)
    assert created.status_code == 201
    assert ids_of(stack, title) == [created.json()["id"]]


def test_sigterm_lets_a_post_in_flight_finish(stack: Stack, api: Api) -> None:
    title = f"Finished {secrets.token_hex(4)}"
    with ThreadPoolExecutor(1) as pool:
        with held_before_the_commit(stack, title) as moment:
            posting = pool.submit(api.http.post, PATH, json={"title": title, "code": fresh(LIGHT)})
            moment()
            back = terminated(stack, api)
            time.sleep(1)
        assert posting.result(10).status_code == 201
    until(back, "the function is back")


def many(send: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """The answers to 25 requests, one after the other."""
    found = []
    for _ in range(25):
        found.append(send())
        time.sleep(0.03)
    return found


def test_sigterm_under_a_light_load_drops_no_request(stack: Stack, api: Api) -> None:
    title, code = f"Load {secrets.token_hex(4)}", fresh(LIGHT)
    api.wait_render(api.publish(code)["render"]["id"], settled=True)  # its pictures serve the others, too
    document = {"title": title, "code": code}
    senders = [lambda: api.http.get(PATH)] * 3 + [lambda: api.http.post(PATH, json=document)]
    with ThreadPoolExecutor(4) as pool:
        loads = [pool.submit(many, send) for send in senders]
        time.sleep(0.3)
        back = terminated(stack, api)
        until(lambda: stack.tend() or all(load.done() for load in loads), "every request is answered", 60)
    found = [answer for load in loads for answer in load.result()]
    assert len(found) == 100
    for answer in found:
        if answer.status_code not in (200, 201):
            check_away(answer)
    created = [answer.json()["id"] for answer in loads[-1].result() if answer.status_code == 201]
    assert created
    assert sorted(created) == sorted(ids_of(stack, title)), "a shader was made, and its answer dropped"
    until(back, "the function is back")


def postgres_started(stack: Stack) -> object:
    """When the server that answers was started; None while none does."""
    stack.tend()
    try:
        return rows(stack, "SELECT pg_postmaster_start_time() AS at")[0]["at"]
    except psycopg.OperationalError:
        return None


def test_postgres_killed_and_back(stack: Stack, api: Api) -> None:
    pid, started = stack.children["postgres"].pid, postgres_started(stack)
    assert pid
    os.kill(pid, signal.SIGKILL)
    # Backends outlive their postmaster for a moment, and still answer.
    until(lambda: postgres_started(stack) not in (None, started), "Postgres is back", 40)
    until(lambda: answers(stack, api), "answers again", 40)
    ids = publish(api, LIGHT, 1)
    until(lambda: all_ready(stack, ids), "ready", 40)
