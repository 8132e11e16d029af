"""What nginx itself refuses: as a problem document, with what to do, and without troubling a function."""

import socket
import threading
import time
from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.gateway.servers import Answer, Function, Gateway, Names, parsed
from tests.support import until

PATH = "/api/v1/shaders"
MEGABYTE = 1024 * 1024


def check(answer: Answer, status: int) -> dict[str, str]:
    """The problem document, which says what the status line says, under the headers of an answer of the API."""
    assert (answer.status, answer["Content-Type"]) == (status, "application/problem+json"), answer
    problem = answer.json
    assert problem.keys() == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    assert problem["detail"]
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert len(answer["X-Request-Id"]) == 32
    assert answer.has("Retry-After") == (status in (429, 503))
    assert answer.has("Allow") == (status == 405)
    return problem


def request(first: str, *headers: str, host: str = "Host: x") -> bytes:
    """A request as it goes over the wire, closed after its answer."""
    return "\r\n".join([first, host, *headers, "Connection: close", "", ""]).encode()


WIRE = {
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "a bad request line": (request(f"GET {PATH} HTTP/x"), 400),
    "a lower-case method": (request(f"get {PATH} HTTP/1.1"), 400),
    "a NUL": (request("GET /api/v1/sha%00ders HTTP/1.1"), 400),
    "no host": (request(f"GET {PATH} HTTP/1.1", host="X-Y: z"), 400),
    "two hosts": (request(f"GET {PATH} HTTP/1.1", "Host: y"), 400),
    "a host that is none": (request(f"GET {PATH} HTTP/1.1", host="Host: a b/c"), 400),
    "a path out of the root": (request("GET /api/../../etc/passwd HTTP/1.1"), 400),
    "HTTP of the future": (request(f"GET {PATH} HTTP/7.0"), 505),
    "a huge address": (request(f"GET {PATH}?q={'x' * 9000} HTTP/1.1"), 414),
    "a huge header": (request(f"GET {PATH} HTTP/1.1", f"Cookie: {'x' * 9000}"), 431),
    "many headers": (request(f"GET {PATH} HTTP/1.1", *(f"X-{n}: {'x' * 4000}" for n in range(10))), 431),
    "two lengths": (request(f"POST {PATH} HTTP/1.1", "Content-Length: 5", "Content-Length: 5") + b"hello", 400),
    "other lengths": (request(f"POST {PATH} HTTP/1.1", "Content-Length: 5", "Content-Length: 0") + b"hello", 400),
    "a list of lengths": (request(f"POST {PATH} HTTP/1.1", "Content-Length: 5, 5") + b"hello", 400),
    "a signed length": (request(f"POST {PATH} HTTP/1.1", "Content-Length: +5") + b"hello", 400),
    "length and chunks": (
        request(f"POST {PATH} HTTP/1.1", "Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\nGET /health",
        400,
    ),
    "chunks and length": (
        request(f"POST {PATH} HTTP/1.1", "Transfer-Encoding: chunked", "Content-Length: 5") + b"0\r\n\r\nGET /health",
        400,
    ),
    "chunks twice": (request(f"POST {PATH} HTTP/1.1", *["Transfer-Encoding: chunked"] * 2) + b"0\r\n\r\n", 400),
    "chunks in HTTP/1.0": (request(f"POST {PATH} HTTP/1.0", "Transfer-Encoding: chunked") + b"0\r\n\r\n", 400),
    "an unknown encoding": (request(f"POST {PATH} HTTP/1.1", "Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n", 501),
    "a hidden encoding": (request(f"POST {PATH} HTTP/1.1", "Transfer-Encoding: xchunked") + b"0\r\n\r\n", 501),
    "a space in a name": (request(f"POST {PATH} HTTP/1.1", "Transfer-Encoding : chunked") + b"0\r\n\r\n", 400),
    "a bad chunk": (request(f"POST {PATH} HTTP/1.1", "Transfer-Encoding: chunked") + b"zz\r\nhello\r\n", 400),
    "TRACE": (request(f"TRACE {PATH} HTTP/1.1"), 405),
    "PROPFIND": (request(f"PROPFIND {PATH} HTTP/1.1"), 405),
    "an invented method": (request(f"PUBLISH {PATH} HTTP/1.1"), 405),
}


@pytest.mark.parametrize("name", WIRE)
def test_what_is_refused_on_the_wire(gateway: Gateway, copies: list[Function], name: str) -> None:
    """One answer, and no function hears of it: nothing is smuggled."""
    sent, status = WIRE[name]
    received = gateway.raw(sent)
    check(parsed(received), status)
    assert received.count(b"HTTP/1.1 ") == 1
    assert [seen for function in copies for seen in function.seen] == []


def test_it_is_no_proxy_to_elsewhere(gateway: Gateway, copies: list[Function]) -> None:
    """A tunnel is refused, which older nginx does not even read; an address with a host is looked for here."""
    tunnel = parsed(gateway.raw(request("CONNECT 127.0.0.2:22 HTTP/1.1")))
    check(tunnel, 400 if tunnel.status == 400 else 405)
    check(parsed(gateway.raw(request("GET http://127.0.0.2/api/elsewhere HTTP/1.1"))), 404)
    assert [seen for function in copies for seen in function.seen] == []


def test_what_follows_a_body_is_a_request_of_its_own(gateway: Gateway, copies: list[Function]) -> None:
    """The function is told one length, whatever framing the client chose."""
    chunks = request(f"POST {PATH} HTTP/1.1", "Transfer-Encoding: chunked").replace(b"Connection: close\r\n", b"")
    received = gateway.raw(chunks + b"5\r\nhello\r\n0\r\n\r\n" + request(f"GET {PATH}?second HTTP/1.1"))
    assert received.count(b"HTTP/1.1 200 ") == 2
    seen = [seen for function in copies for seen in function.seen]
    assert sorted((item["method"], item["body"]) for item in seen) == [("GET", 0), ("POST", 5)]
    posted = {name.lower(): value for item in seen if item["body"] for name, value in item["headers"]}
    assert posted["content-length"] == "5"
    assert "transfer-encoding" not in posted


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/v1/no/such",
        "/renders/",
        "/renders/ab/none.webp",
        "/assets/no",
        "/no/such",
        "/shader/1",
        "/shaders",
        "/shaders/none",
        "/healthy",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
        "/.missing",
        "/.shader_page",
        "/.problem",
        "/pages/shaders/00000000-0000-0000-0000-000000000001",
    ],
)
def test_no_such_thing(gateway: Gateway, path: str) -> None:
    problem = check(gateway.ask(path), 404)
    assert ("picture" in problem["detail"]) == path.startswith("/renders")


def test_the_real_limit_of_a_body_is_told(gateway: Gateway, copies: list[Function]) -> None:
    assert gateway.ask(PATH, "POST", body=b"x" * 10 * MEGABYTE).json["body"] == 10 * MEGABYTE
    large = b"x" * (10 * MEGABYTE + 1)
    parts = [large[n : n + 65536] for n in range(0, len(large), 65536)]
    for body in (large, parts):
        for path in (PATH, "/mcp"):
            problem = check(gateway.ask(path, "POST", body=body), 413)
            assert problem["detail"] == "The body of a request has at most 10 MB here."
    assert "larger" in check(gateway.ask("/api/v1/no", "POST", body=large), 413)["detail"]
    # A stream's start may arrive before its length is known; it breaks off, and is never longer.
    assert max(seen["body"] for function in copies for seen in function.seen) == 10 * MEGABYTE


def test_files_are_only_read(gateway: Gateway) -> None:
    for path in (
        "/",
        "/new",
        f"/shaders/{UUID(int=1)}",
        "/robots.txt",
        "/assets/app.js",
        "/renders/ab/key/poster.webp",
    ):
        for method in ("POST", "PUT", "DELETE"):
            answer = gateway.ask(path, method)
            check(answer, 405)
            assert answer["Allow"] == "GET, HEAD"


def test_a_function_that_is_away(hasty: Gateway, names: Names) -> None:
    names.addresses["versions"] = []
    answer = hasty.ask(f"{PATH}/1/versions")
    assert check(answer, 503)["detail"] == "Try again in a few seconds."
    assert answer["Retry-After"] == "2"
    names.addresses["versions"] = ["127.0.0.4"]  # where nothing listens
    names.asked.clear()

    def resolved_again() -> Answer | None:
        answer = hasty.ask(f"{PATH}/1/versions")
        return answer if "versions" in names.asked else None

    check(until(resolved_again, "the name is resolved again"), 503)


def test_a_function_that_hangs(hasty: Gateway, copies: list[Function]) -> None:
    for function in copies:
        function.waits.clear()
    check(hasty.ask("/api/v1/feed/new"), 503)


@pytest.fixture
def held(hasty: Gateway, copies: list[Function]) -> Iterator[list[threading.Thread]]:
    """Three requests that functions take their time over."""
    for function in copies:
        function.waits.clear()
    threads = [threading.Thread(target=hasty.ask, args=("/mcp",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    until(lambda: sum(len(function.seen) for function in copies) == 2, "both streams are open", pause=0.01)
    yield threads
    for function in copies:
        function.waits.set()
    for thread in threads:
        thread.join(10)


def test_streams_are_counted_by_themselves(hasty: Gateway, held: list[threading.Thread]) -> None:
    assert len(held) == 2
    answer = hasty.ask("/mcp")
    check(answer, 429)
    assert answer["Retry-After"] == "1"
    assert hasty.ask("/").status == 200
    assert hasty.ask("/mcp", headers={"X-Forwarded-For": "203.0.113.9"}).status == 429, "said by nobody we trust"


def test_requests_at_the_same_time_are_counted(hasty: Gateway, copies: list[Function]) -> None:
    for function in copies:
        function.waits.clear()
    threads = [threading.Thread(target=hasty.ask, args=(PATH,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    until(lambda: sum(len(function.seen) for function in copies) == 3, "three are at work", pause=0.01)
    check(hasty.ask(PATH), 429)
    for function in copies:
        function.waits.set()
    for thread in threads:
        thread.join(10)


def test_who_sends_slowly_is_let_go(hasty: Gateway) -> None:
    """Headers that never end, a byte at a time: the connection ends at its time, which is 15 s as it comes."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=5) as connection:
        connection.settimeout(0.2)
        ended = False
        for letter in f"GET {PATH} HTTP/1.1\r\nHost: x\r\nX-Slow: {'x' * 30}".encode():
            try:
                connection.sendall(bytes([letter]))
                ended = connection.recv(100) == b""
            except TimeoutError:
                continue
            except OSError:
                ended = True
            if ended:
                break
    assert ended
    assert time.monotonic() - started < 4
