"""What gunicorn refuses before a function sees it: problem details with a request id, from WSGI and ASGI workers alike."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

from containers.local.folders import free_port
from containers.manifest import ROOT
from tests.support import until

SETTINGS = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1",
    "STORAGE_URL": "file:///nowhere",
    "SECRET_KEY": "k" * 43,
}
WIRE = {
    "a long address": (b"GET /?q=" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "many headers": (
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(300)) + b"\r\n",
        431,
    ),
    "a long header": (b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"x" * 9000 + b"\r\n\r\n", 431),
    "no HTTP": (b"\x16\x03\x01 <b>\r\n\r\n", 400),
    "a bad header": (b"GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n", 400),
    "a wrong length": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", 400),
}


@pytest.fixture(scope="module", params=["docs", "mcp"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """The port of a served function: docs is WSGI, mcp is ASGI."""
    found = free_port()
    command = [sys.executable, "-m", "containers.runtime.serve", request.param, "--bind", f"127.0.0.1:{found}"]
    environment = {**os.environ, **SETTINGS}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: ask(found, b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), "it serves")
            yield found
        finally:
            process.terminate()


def ask(port: int, request: bytes) -> bytes:
    received = b""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        while part := connection.recv(65536):
            received += part
    return received


@pytest.mark.parametrize("name", WIRE)
def test_refusals_are_problem_details(port: int, name: str) -> None:
    sent, status = WIRE[name]
    head, _, body = ask(port, sent).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {key.lower(): value for key, _, value in (line.partition(": ") for line in lines[1:])}
    assert lines[0].split()[1] == str(status), head
    assert headers["content-type"] == "application/problem+json"
    assert len(headers["x-request-id"]) == 32
    problem = json.loads(body)
    assert problem["status"] == status
    assert problem["detail"]


def test_what_the_gateway_lets_through_is_served(port: int) -> None:
    """An address of 8 kB, and 150 headers."""
    headers = b"".join(b"X-%d: 1\r\n" % n for n in range(150))
    sent = b"GET /health?q=" + b"x" * 8100 + b" HTTP/1.1\r\nHost: x\r\n" + headers + b"Connection: close\r\n\r\n"
    assert ask(port, sent).startswith(b"HTTP/1.1 200")
