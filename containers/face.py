"""The HTTP face of processes that answer no requests of their own, workers and reconcile: GET /health, GET /metrics."""

import socket
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer

import orjson

from shared import log, metrics
from shared.heartbeat import Heartbeat, heartbeat
from shared.settings import ConfigError

PATIENCE = 5.0
"""Seconds that a client may take to ask."""

logger = log.get_logger()
Answer = tuple[int, str, bytes]


def health(heart: Heartbeat) -> Answer:
    """200 while the main loop gets on, 503 with the reason when it hangs."""
    silence = round(heart.silence, 1)
    if heart.alive:
        return 200, "application/json", orjson.dumps({"status": "ok", "silence": silence})
    reason = f"The main loop has not got on for {silence:g} s."
    problem = {"type": "about:blank", "title": "The process hangs", "status": 503, "detail": reason}
    return 503, "application/problem+json", orjson.dumps(problem)


def answer(path: str, heart: Heartbeat) -> Answer:
    """What the face says to a GET."""
    match path.partition("?")[0]:
        case "/health":
            return health(heart)
        case "/metrics":
            return 200, metrics.CONTENT_TYPE, metrics.exposition()
        case _:
            return 404, "text/plain", b"There are /health and /metrics.\n"


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE
    server_version, sys_version = "fractafrag", ""
    heart = heartbeat

    def do_GET(self) -> None:
        status, content_type, body = answer(self.path, self.heart)
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815  # the name that http.server looks for

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: it is asked every few seconds."""


class _Server(ThreadingTCPServer):  # HTTPServer would look its own name up in the DNS
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, host: str, port: int, handler: type[_Handler]):
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), handler)

    def handle_error(self, request: object, client_address: object) -> None:
        logger.warning("the face did not answer", client=str(client_address), exc_info=sys.exc_info()[1])


def _address(bind: str) -> tuple[str, int]:
    """HOST:PORT as host and port; @HOST:PORT is our own address on the way to HOST. Raises OSError while nobody knows HOST."""
    host, _, port = bind.rpartition(":")
    if not host.startswith("@"):
        return host.strip("[]"), int(port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect((host[1:], 9))  # sends nothing
        return way.getsockname()[0], int(port)


def _open(bind: str, heart: Heartbeat) -> _Server:
    try:
        return _Server(*_address(bind), type("_Face", (_Handler,), {"heart": heart}))
    except (OSError, OverflowError) as error:
        raise ConfigError(f"METRICS_BIND={bind}: {error}") from error


@contextmanager
def face(binds: str, heart: Heartbeat = heartbeat) -> Generator[list[int]]:
    """Answers on each of some addresses, with commas between, while the block runs, from threads. Yields their ports.

    Raises ConfigError for an address that is not ours to use, and for a host that nobody knows, as Postgres' while it
    starts anew: without its face a process would never be looked at, so it rather ends, and is started again.
    """
    servers = [_open(bind.strip(), heart) for bind in binds.split(",") if bind]
    for server in servers:
        threading.Thread(target=server.serve_forever, name="face", daemon=True).start()
    try:
        yield [int(server.server_address[1]) for server in servers]
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
