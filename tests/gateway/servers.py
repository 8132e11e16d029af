"""A real nginx, configured by the container's entry point, with small servers in place of the functions and of DNS."""

import http.client
import json
import os
import socket
import subprocess
import threading
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from containers.local.folders import free_port
from containers.local.gateway import GATEWAY, binary
from tests.support import until

ENTRYPOINT = str(GATEWAY / "entrypoint.sh")
PROXY = "127.0.0.9"
"""The source address of requests that come through a trusted proxy."""


class Function(ThreadingHTTPServer):
    """A function: says in JSON what it was asked.

    dies: how many requests it takes and never answers. statuses: path -> status of its answer, 200 elsewhere.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: str, port: int):
        super().__init__((address, port), _Handler)
        self.address = address
        self.seen: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.statuses: dict[str, int] = {}
        self.dies = 0
        self.waits = threading.Event()
        self.waits.set()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """nginx may go away first."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Function

    def _answer(self) -> None:
        function = self.server
        body = self._body()
        asked = {"method": self.command, "path": self.path, "headers": self.headers.items(), "body": len(body)}
        asked["by"] = function.address
        function.seen.append(asked)
        if function.dies:
            function.dies -= 1
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        function.waits.wait(20)
        self._send(json.dumps(asked).encode())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline() or b"0", 16):
            body += self.rfile.read(size + 2)[:-2]
        return body

    def _send(self, content: bytes) -> None:
        self.send_response(self.server.statuses.get(self.path, 200))
        kept = {"Content-Type": "application/json", "Cache-Control": "no-store", **self.server.headers}
        for name, value in kept.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = _answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


class Names:
    """A name server on loopback: names to addresses, anything else does not exist."""

    def __init__(self) -> None:
        self.addresses: dict[str, list[str]] = {}
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.at = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                query, sender = self._socket.recvfrom(512)
                self._socket.sendto(self._answer(query), sender)

    def _answer(self, query: bytes) -> bytes:
        labels, at = [], 12
        while size := query[at]:
            labels.append(query[at + 1 : at + 1 + size].decode())
            at += 1 + size
        name = ".".join(labels)
        self.asked.append(name)
        found = self.addresses.get(name, [])
        flags = b"\x81\x80" if found else b"\x81\x83"
        head = query[:2] + flags + b"\0\1" + len(found).to_bytes(2, "big") + b"\0\0\0\0"
        records = [b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + socket.inet_aton(address) for address in found]
        return head + query[12 : at + 5] + b"".join(records)

    def close(self) -> None:
        """Asks no more."""
        self._socket.close()


@dataclass(frozen=True)
class Answer:
    """A response. headers: every line, so that a doubled one shows."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __getitem__(self, name: str) -> str:
        """The one header of this name; an AssertionError when there are none or several."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(found) == 1, f"{name}: {found}"
        return found[0]

    def has(self, name: str) -> bool:
        return any(key.lower() == name.lower() for key, _ in self.headers)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def asked(self) -> dict[str, str]:
        """The headers that the function was sent; a doubled one fails."""
        pairs = [(name.lower(), value) for name, value in self.json["headers"]]
        assert len(pairs) == len(dict(pairs)), pairs
        return dict(pairs)


@dataclass(frozen=True)
class Gateway:
    """A running nginx."""

    port: int
    api_port: int
    status_port: int
    log: Path

    def ask(
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] | None = None,
        *,
        source: str = "127.0.0.1",
        port: int = 0,
    ) -> Answer:
        """One request on a connection of its own; the path goes as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=20, source_address=(source, 0))
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # refused while we still send
                connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def raw(self, request: bytes, seconds: float = 10) -> bytes:
        """What comes back until nginx closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(request)
            return _rest(connection)

    def lines(self) -> list[dict[str, Any]]:
        """The access log."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


def _rest(connection: socket.socket) -> bytes:
    received = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            received += part
    return received


def parsed(answer: bytes) -> Answer:
    """A response as it came over the wire."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    pairs = [line.partition(": ")[::2] for line in lines]
    return Answer(int(first.split()[1]), [(name, value) for name, value in pairs], body)


def fill(folder: Path, mode: str = "--fill", **settings: str) -> subprocess.CompletedProcess[str]:
    """Writes the configuration to the folder as the container's entry point does."""
    environment = {"PATH": f"{Path(binary()).parent}:{os.environ['PATH']}", "OUT": str(folder), **settings}
    arguments = ["sh", ENTRYPOINT, mode]
    return subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False, timeout=20)


def patch(folder: Path, changes: Mapping[str, str]) -> None:
    """Changes words of a written configuration, so that a test need not wait; each must be there."""
    files = [folder / "nginx.conf", *folder.glob("*/*.conf")]
    for old, new in changes.items():
        found = [file for file in files if old in file.read_text()]
        assert found, old
        for file in found:
            file.write_text(file.read_text().replace(old, new))


@contextmanager
def running(folder: Path, changes: Mapping[str, str] | None = None, **settings: str) -> Generator[Gateway]:
    """nginx on free ports for the block."""
    ports = [free_port() for _ in range(3)]
    listens = dict(zip(("LISTEN", "API_LISTEN", "STATUS_LISTEN"), (f"127.0.0.1:{port}" for port in ports), strict=True))
    done = fill(folder, **{**listens, **settings})
    assert done.returncode == 0, done.stderr
    patch(folder, changes or {})
    log = folder / "log"
    command = [binary(), "-e", "stderr", "-p", f"{folder}/", "-c", str(folder / "nginx.conf")]
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            until(lambda: _listens(ports[0]) or process.poll() is not None, "nginx listens", 10, pause=0.02)
            assert process.poll() is None, log.read_text()
            yield Gateway(*ports, log)
        finally:
            process.terminate()
            process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
