"""Bodies of a megabyte that are refused: quickly, briefly, and without taking memory."""

import time
import tracemalloc
from collections.abc import Callable

import pytest

from tests.functions.conftest import Client

MANY = 330_000


def repeated(start: str, item: str, end: str) -> bytes:
    """A body that repeats an item, until it has about a megabyte."""
    return (start + ",".join([item] * min(MANY, 1_000_000 // (len(item) + 1))) + end).encode()


KINDS: dict[str, Callable[[], bytes]] = {
    "passes": lambda: repeated('{"title":"x","project":{"passes":[', "{}", "]}}"),
    "params": lambda: repeated('{"title":"x","project":{"passes":[],"params":[', "{}", "]}}"),
    "inputs": lambda: repeated('{"title":"x","project":{"passes":[{"type":"image","code":"","inputs":[', "{}", "]}]}}"),
    "numbers of a param": lambda: repeated('{"title":"x","project":{"params":[{"default":[', "1", "]}]}}"),
    "tags": lambda: repeated('{"title":"x","code":"y","tags":[', '"a"', "]}"),
    "times": lambda: repeated('{"code":"y","times":[', "1", "]}"),
    "unknown keys": lambda: ("{" + ",".join(f'"k{n}":1' for n in range(MANY // 3)) + "}").encode(),
    "nested unknown keys": lambda: (
        '{"title":"x","project":{' + ",".join(f'"k{n}":1' for n in range(MANY // 3)) + "}}"
    ).encode(),
    "a deep list": lambda: b'{"title":' + b"[" * 500_000 + b"]" * 500_000 + b"}",
    "an open list": lambda: b"[" * 1_000_000,
    "a long title": lambda: b'{"title":"' + b"a" * 1_000_000 + b'"}',
    "a long key": lambda: b'{"' + b"a" * 1_000_000 + b'":1}',
    "a long number": lambda: b'{"width":' + b"1" * 1_000_000 + b"}",
}
PATHS = ("/api/v1/renders", "/api/v1/auth/login", "/api/v1/auth/register")


def check(client: Client, path: str, body: bytes, headers: dict[str, str] | None = None) -> None:
    """Refused in 10 ms of CPU, with an answer of less than 4 kB, in less than 10 MB."""
    shortest = 1.0
    for _ in range(4):
        started = time.thread_time()
        result = client.simulate_post(path, body=body, headers={"Content-Type": "application/json", **(headers or {})})
        shortest = min(shortest, time.thread_time() - started)
        assert result.status_code in (400, 422), result.text
        assert len(result.content) < 4000
        assert len(result.json.get("errors", [])) <= 20
    assert shortest < 0.02  # Falcon's test client takes some of it


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_megabyte_is_cheap(client: Client, ann: Client, kind: str) -> None:
    body = KINDS[kind]()
    for path in PATHS:
        check(client, path, body)
    check(ann, "/api/v1/shaders", body, {"Authorization": f"Bearer {ann.token}"})


def test_memory_stays_flat(client: Client) -> None:
    body = KINDS["passes"]()
    tracemalloc.start()
    try:
        client.simulate_post("/api/v1/renders", body=body, headers={"Content-Type": "application/json"})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000, "a megabyte is read and copied a few times, and parsed into nothing"
