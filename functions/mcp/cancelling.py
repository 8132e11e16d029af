"""Cancelled calls: a client of an older protocol says so in a request of its own, which names the call by its id.

This server keeps no sessions, so a call is found by who asks: the same credential, address and client. Where that is no single
call of this process nothing happens; closing the connection ends a call whatever the protocol.
"""

from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import anyio
import orjson
from starlette.datastructures import Headers

Caller = tuple[str, ...]
_IDENTITY = ("authorization", "x-forwarded-for", "user-agent")


def caller(headers: Headers) -> Caller:
    """Who asks, as far as headers tell."""
    return tuple(headers.get(name, "") for name in _IDENTITY)


def message(body: bytes) -> dict[str, Any]:
    """The JSON-RPC message; an empty one where the body is something else."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


class Calls:
    """The calls that this process is answering."""

    def __init__(self) -> None:
        self._scopes = defaultdict[tuple[Caller, str], list[anyio.CancelScope]](list)

    @contextmanager
    def running(self, who: Caller, request: dict[str, Any]) -> Generator[anyio.CancelScope]:
        """A call for as long as the block runs; its scope tells whether it was cancelled."""
        key = (who, _id(request.get("id")))
        with anyio.CancelScope() as scope:
            self._scopes[key].append(scope)
            try:
                yield scope
            finally:
                self._scopes[key].remove(scope)
                if not self._scopes[key]:
                    del self._scopes[key]

    def cancel(self, who: Caller, notification: dict[str, Any]) -> None:
        """Ends the call that a notification names, if it is the only one that it can mean."""
        parameters = notification.get("params")
        if notification.get("method") != "notifications/cancelled" or not isinstance(parameters, dict):
            return
        found = self._scopes.get((who, _id(cast("dict[str, Any]", parameters).get("requestId"))), [])
        if len(found) == 1:
            found[0].cancel()


def _id(value: Any) -> str:
    """An id as a key: numbers and texts are told apart."""
    return repr(value)[:200]
