"""What an operation is called with, whoever calls: HTTP, MCP, a worker, the starter shaders.

Services are what a process works with; a Request is one transaction on them, with what is to follow its commit.
"""

import hashlib
import hmac
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, TypeVar

from shared.settings import Config
from shared.stores.db import Connection, Database
from shared.stores.storage import Storage
from shared.stores.storage_factory import create_storage
from shared.users.user import User

if TYPE_CHECKING:
    from shared.stores.queue import Bell

R = TypeVar("R", bound="Request")


class Services:
    """Postgres, the workers' bell, the storage of pictures; each connects at its first use.

    connections: to Postgres, at most. vectors: as of Database.
    """

    def __init__(self, config: Config, connections: int = 8, *, vectors: bool = False):
        self.config = config
        self.db = Database(config.database_url, connections, vectors=vectors)

    @cached_property
    def bell(self) -> "Bell":
        """Wakes the workers."""
        from shared.stores.queue import Bell  # half of what a function would import, and most ring none

        return Bell(self.config.redis_url)

    @cached_property
    def storage(self) -> Storage:
        """Where pictures are."""
        return create_storage(self.config.storage_url, self.config.aws_endpoint_url)

    @contextmanager
    def request(self, request_id: str | None = None, address: str | None = None) -> Generator["Request"]:
        """A request for this block: committed at its end, or rolled back on an exception."""
        with self.carry_out(Request(self, request_id, address)) as request:
            yield request

    @contextmanager
    def carry_out(self, request: R) -> Generator[R]:
        """The same for a request that the caller has made."""
        with self.db.transaction() as connection:
            request.connection = connection
            yield request
        for action in request.after:
            action()


@dataclass(slots=True)
class Request:
    """One call of operations, within one transaction.

    user: who is signed in, if anybody. request_id: names the request in every log that it leads to. address: of the client,
    as the gateway says it. after: what follows the commit.
    """

    services: Services
    request_id: str | None = None
    address: str | None = None
    connection: Connection = field(init=False)
    user: User | None = None
    after: list[Callable[[], object]] = field(default_factory=list[Callable[[], object]])

    @property
    def user_id(self) -> object:
        """The user's id, or None."""
        return self.user and self.user.id

    @property
    def signed_in(self) -> User:
        """The user of an operation that asked for a scope."""
        if self.user is None:
            raise LookupError("this operation asked for no scope")
        return self.user

    @property
    def client(self) -> str | None:
        """A name for the client's network that says nothing about its address: an IPv4 address, or the /64 of an IPv6 one."""
        if not self.address:
            return None
        secret = self.services.config.secret_key.encode()
        return hmac.new(secret, _network(self.address).encode(), hashlib.sha256).hexdigest()[:32]

    def after_commit(self, action: Callable[[], object]) -> None:
        """Runs `action` once the transaction holds, and not at all if it does not."""
        self.after.append(action)

    def ring(self, worker: str, row_id: object) -> None:
        """Wakes a worker once the transaction holds; it takes this row first.

        Where Redis is away nothing is lost: `reconcile` wakes it later.
        """
        self.after_commit(lambda: self.services.bell.ring(worker, row_id))


def _network(address: str) -> str:
    """What one household or machine has: an IPv4 address, or the first half of an IPv6 one; other text as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
