"""A small HTTP server, GET /health and GET /metrics, beside processes that answer no requests: workers and reconcile."""

import socket
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from socketserver import ThreadingTCPServer

import orjson

from shared import log, metrics
from shared.heartbeat import Heartbeat, heartbeat
from shared.settings import ConfigError

REQUEST_TIMEOUT = 5.0
"""Seconds that a client has to send its request."""

logger = log.get_logger()
Answer = tuple[int, str, bytes]
"""Status, content type and body."""


def health(heart: Heartbeat) -> Answer:
    """200 while the main loop makes progress, 503 with the reason when it hangs."""
    silence = round(heart.silence, 1)
    if heart.alive:
        return 200, "application/json", orjson.dumps({"status": "ok", "silence": silence})
    reason = f"The main loop has made no progress for {silence:g} s."
    problem = {"type": "about:blank", "title": "The process hangs", "status": 503, "detail": reason}
    return 503, "application/problem+json", orjson.dumps(problem)


class _Handler(metrics.MetricsHandler):
    timeout = REQUEST_TIMEOUT
    server_version, sys_version = "fractafrag", ""
    heart = heartbeat

    def do_GET(self) -> None:  # noqa: N802  # as http.server calls it
        match self.path.partition("?")[0]:
            case "/metrics" if self.command == "GET":
                super().do_GET()
            case "/metrics":
                self._answer(200, metrics.CONTENT_TYPE, b"")
            case "/health":
                self._answer(*health(self.heart))
            case _:
                self._answer(404, "text/plain", b"Only /health and /metrics are served here.\n")

    do_HEAD = do_GET  # noqa: N815  # the same

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


class _Server(ThreadingTCPServer):  # HTTPServer would look its own name up in the DNS
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, host: str, port: int, handler: type[_Handler]):
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), handler)

    def handle_error(self, request: object, client_address: object) -> None:
        logger.warning("health server: request failed", client=str(client_address), exc_info=sys.exc_info()[1])


def _address(bind: str) -> tuple[str, int]:
    """HOST:PORT as host and port; @HOST:PORT is this machine's own address on the route to HOST.

    Raises OSError while HOST cannot be resolved.
    """
    host, _, port = bind.rpartition(":")
    if not host.startswith("@"):
        return host.strip("[]"), int(port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as route:
        route.connect((host[1:], 9))  # sends nothing
        return route.getsockname()[0], int(port)


def _open(bind: str, heart: Heartbeat) -> _Server:
    try:
        return _Server(*_address(bind), type("_Handler", (_Handler,), {"heart": heart}))
    except (OSError, OverflowError) as error:
        raise ConfigError(f"METRICS_BIND={bind}: {error}") from error


@contextmanager
def health_server(binds: str, heart: Heartbeat = heartbeat) -> Generator[list[int]]:
    """Serves on each of the comma-separated addresses while the block runs, from threads. Yields their ports.

    Raises ConfigError for an address that cannot be bound, and for a host that cannot be resolved, as Postgres' while
    it restarts: a process without its health server would never be checked, so it ends, and is started again.
    """
    servers = [_open(bind.strip(), heart) for bind in binds.split(",") if bind]
    for server in servers:
        threading.Thread(target=server.serve_forever, name="health server", daemon=True).start()
    try:
        yield [int(server.server_address[1]) for server in servers]
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
