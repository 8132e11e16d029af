"""A signed-in client of the running stack."""

import secrets
from collections.abc import Iterator

import pytest

from containers.local.stack import Stack
from tests.support import Api


@pytest.fixture
def api(stack: Stack) -> Iterator[Api]:
    """Somebody new."""
    client = Api(stack.address).register(f"user-{secrets.token_hex(4)}")
    yield client
    client.close()
