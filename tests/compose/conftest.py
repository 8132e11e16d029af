"""The stack, built and started once; everything of it is gone afterwards."""

import os
import secrets
import socket
import time
from collections.abc import Iterator

import pytest

from tests.compose import engine
from tests.compose.containers import PROJECT, Containers
from tests.support import Api

BRIDGES = "172.16.0.0/12 192.168.0.0/16 10.0.0.0/8"
"""Where Docker's own addresses are; the tests are a proxy before the gateway, which names its clients."""


def _port() -> int:
    """80, as users have it, unless something else is there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", 80))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _remove(found: Containers) -> None:
    """All containers and volumes, those of every form."""
    files = ("-f", "compose.yaml", "-f", "compose.archive.yaml")
    found.docker("compose", *files, "--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "5")


@pytest.fixture(scope="session")
def built() -> Iterator[Containers]:
    """All images, built from this tree."""
    started = time.monotonic()
    with engine.engine():
        bases = engine.images()
        port = _port()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("COMPOSE_", "AWS_"))},
            **bases,
            "CA_BUNDLE": engine.certificates(),
            "COMPOSE_DISABLE_ENV_FILE": "1",  # somebody's real stack may be set up here
            "COMPOSE_PROJECT_NAME": PROJECT,
            "GRAFANA_PASSWORD": secrets.token_urlsafe(24),
            "COMPOSE_ANSI": "never",
            "COMPOSE_PROGRESS": "quiet",
            "HTTP_PORT": str(port),
            "POSTGRES_PASSWORD": secrets.token_urlsafe(24),
            "SECRET_KEY": secrets.token_urlsafe(32),
            "STARTERS": "0",
            "TAG": "test",
            "TRUSTED_PROXIES": BRIDGES,
        }
        found = Containers(environment, f"http://127.0.0.1:{port}")
        found.figures["bases_s"] = round(time.monotonic() - started, 1)
        _remove(found)
        started = time.monotonic()
        found.compose("build")
        found.figures["build_s"] = round(time.monotonic() - started, 1)
        try:
            yield found
        finally:
            _remove(found)


@pytest.fixture(scope="session")
def stack(built: Containers) -> Containers:
    """Everything, up and healthy."""
    started = time.monotonic()
    built.make("up")
    built.figures["up_s"] = round(time.monotonic() - started, 1)
    return built


@pytest.fixture
def api(stack: Containers) -> Iterator[Api]:
    """Somebody who publishes."""
    client = Api(stack.address).register(f"person-{secrets.token_hex(4)}")
    yield client
    client.close()
