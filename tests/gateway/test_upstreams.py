"""Upstreams: functions are resolved by name, copies share the load, and requests are retried where one fails."""

import socket
import threading
from pathlib import Path

import pytest

from tests.gateway.conftest import HASTY
from tests.gateway.servers import Function, Gateway, Names, running
from tests.support import until

PATH = "/api/v1/shaders"


def seen(copies: list[Function]) -> list[dict[str, str]]:
    """Headers of every request that a function took, by lower-case name."""
    return [{name.lower(): value for name, value in item["headers"]} for copy in copies for item in copy.seen]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_request_that_a_copy_lost_goes_to_the_next(gateway: Gateway, copies: list[Function], method: str) -> None:
    """With the same id, by which a function knows it again, and with its body."""
    copies[0].dies = 1
    while copies[0].dies:  # until that copy comes first
        copies[1].seen.clear()
        answer = gateway.ask(PATH, method, body=b"a body" if method in ("POST", "PUT") else None)
        assert answer.status == 200
    assert [len(copy.seen) for copy in copies] == [1, 1]
    assert len({headers["x-request-id"] for headers in seen(copies)}) == 1
    assert len({item["body"] for copy in copies for item in copy.seen}) == 1


def test_a_stream_is_never_asked_twice(gateway: Gateway, copies: list[Function]) -> None:
    for copy in copies:
        copy.dies = 1
    answer = gateway.ask("/mcp", "POST", body=b"{}")
    assert (answer.status, answer["Retry-After"]) == (503, "2")
    assert len(seen(copies)) == 1


def test_when_every_copy_fails_it_ends(gateway: Gateway, copies: list[Function]) -> None:
    for copy in copies:
        copy.dies = 5
    assert gateway.ask(PATH, "POST", body=b"{}").status == 503
    assert len(seen(copies)) == 2


def test_an_address_where_nobody_is_costs_nothing(hasty: Gateway, copies: list[Function], names: Names) -> None:
    names.addresses["votes"] = ["127.0.0.4", copies[0].address, "127.0.0.5"]
    answers = [hasty.ask(f"{PATH}/1/vote", "POST", body=b"{}") for _ in range(6)]
    assert {answer.status for answer in answers} == {200}
    assert len(seen(copies)) == 6


def test_copies_take_turns(gateway: Gateway, copies: list[Function]) -> None:
    for _ in range(60):
        gateway.ask(PATH)
    assert min(len(copy.seen) for copy in copies) >= 10, "chosen by chance, of two"


def test_functions_come_and_go(folder: Path, settings: dict[str, str], copies: list[Function], names: Names) -> None:
    """The gateway starts without one, finds it when it comes, and its further copies, and leaves what has gone."""
    first, second = copies
    names.addresses["docs"] = []
    with running(folder / "comes", HASTY, **settings) as gateway:

        def answered() -> str:
            answer = gateway.ask("/api/docs")
            return answer.json["by"] if answer.status == 200 else ""

        assert answered() == ""
        names.addresses["docs"] = [first.address]
        until(lambda: answered() == first.address, "it is found", 4)
        names.addresses["docs"] = [first.address, second.address]
        until(lambda: answered() == second.address, "so is its copy", 4)
        names.addresses["docs"] = [second.address]
        until(lambda: {answered() for _ in range(4)} == {second.address}, "the first is left", 4)


def test_one_process_for_all(folder: Path, settings: dict[str, str], copies: list[Function], names: Names) -> None:
    """FUNCTION_HOST: http functions are at one host, asgi functions keep theirs; both names get the suffix of a cluster."""
    suffix = ".shop.svc.cluster.local"
    names.addresses |= {f"api{suffix}": [copies[0].address], f"mcp{suffix}": [copies[1].address]}
    changed = {"FUNCTION_HOST": "api", "FUNCTION_SUFFIX": suffix, "UPSTREAM_HOST": "function"}
    with running(folder / "compact", **{**settings, **changed}) as gateway:
        for path in (PATH, "/api/v1/auth/login", "/health"):
            assert gateway.ask(path).json["by"] == copies[0].address
        asked = gateway.ask(PATH, headers={"Host": "shaders.example"}).asked
        posted = gateway.ask("/mcp/", "POST", {"Host": "shaders.example"}, b"{}")
    assert (posted.json["path"], posted.json["by"]) == ("/mcp", copies[1].address)
    assert asked["host"] == f"api{suffix}:{copies[0].server_port}"
    assert posted.asked["host"] == "shaders.example", "mcp answers to no other name"
    assert asked["x-forwarded-host"] == posted.asked["x-forwarded-host"] == "shaders.example"


def test_pictures_from_s3_come_through_their_function(folder: Path, settings: dict[str, str]) -> None:
    with running(folder / "s3", **{**settings, "STORAGE_URL": "s3://bucket/prefix"}) as gateway:
        answer = gateway.ask("/renders/ab/key/poster.webp?x=1")
        assert (answer.json["path"], answer["Cross-Origin-Resource-Policy"]) == (
            "/renders/ab/key/poster.webp?x=1",
            "cross-origin",
        )
        assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def _vite(address: str) -> socket.socket:
    """A development server that only upgrades."""
    server = socket.create_server((address, 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            asked = connection.recv(65536)
            upgraded = b"\r\nUpgrade: websocket\r\n" in asked and b"\r\nConnection: upgrade\r\n" in asked
            connection.sendall(b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
            connection.sendall(b"upgraded" if upgraded else b"not upgraded")

    threading.Thread(target=serve, daemon=True).start()
    return server


def test_pages_from_vite_with_its_socket(folder: Path, settings: dict[str, str], names: Names) -> None:
    names.addresses["web"] = ["127.0.0.6"]
    with _vite("127.0.0.6") as vite:
        elsewhere = {":5173": f":{vite.getsockname()[1]}"}
        with running(folder / "vite", elsewhere, **{**settings, "SITE": "vite"}) as gateway:
            received = gateway.raw(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 101 ")
    assert received.endswith(b"\r\nupgraded")
