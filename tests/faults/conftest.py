"""A client, a stack that has come to rest, and how long renders take when nobody is killed."""

import secrets
import time
from collections.abc import Iterator

import httpx2 as httpx
import pytest

from containers.local.stack import Stack
from tests.faults.faulting import MARCH, all_ready, nothing_due, publish, thirty
from tests.support import Api, until


@pytest.fixture(scope="session")
def api(stack: Stack) -> Iterator[Api]:
    """Somebody who publishes."""
    client = Api(stack.address).register(f"fault-{secrets.token_hex(4)}")
    yield client
    client.close()


def _healthy(stack: Stack) -> bool:
    try:
        renderer = httpx.get(f"{stack.environment()['RENDERER_URL']}/health", timeout=10, trust_env=False)
        return nothing_due(stack) and renderer.status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture(autouse=True)
def calm(stack: Stack) -> None:
    """What the test before has left is over."""
    until(lambda: _healthy(stack), "the stack is at rest", 60)


@pytest.fixture(scope="session")
def quiet_march(stack: Stack, api: Api) -> float:
    """Seconds to the poster of one heavy shader."""
    started = time.monotonic()
    ids = publish(api, MARCH, 1)
    until(lambda: all_ready(stack, ids), "ready")
    return time.monotonic() - started


@pytest.fixture(scope="session")
def quiet_thirty(stack: Stack, api: Api) -> float:
    """Seconds that thirty light renders take."""
    return thirty(stack, api, lambda: None, lambda _: None)
