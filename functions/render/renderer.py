"""The renderer's client: a project and a plan in, a stream of outputs out. The bytes are not to be trusted."""

import contextlib
import hashlib
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import httpx2 as httpx
import orjson

from functions.render.about import read_about, read_possible, read_warnings

MAX_OUTPUT = 64 * 1024 * 1024
_MAX_HEADER = 1024 * 1024
_IDENTITY_SECONDS = 10.0
"""Its health check draws a picture, so it is not asked before every job; a lost one is asked again at once."""


class RendererAway(Exception):
    """The renderer did not take the job: not there, starting, or full. Nothing was tried."""


class RendererLost(Exception):
    """The renderer went away in the middle of the job, or answered nonsense."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What decides the bytes besides the project and the plan. backend: what WebGL calls itself there."""

    backend: str
    version: str


@dataclass(frozen=True, slots=True)
class Output:
    """One picture or clip, checked against its own header. about: see read_about."""

    name: str
    type: str
    width: int
    height: int
    data: bytes
    time: float | None
    sha256: bytes
    about: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Facts:
    """What the renderer measured; see the `facts` record."""

    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Warnings:
    """What is odd about the project: `{code, message}` each."""

    values: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Fit:
    """What the plan comes to on this project; sent along when it is rendered again. The renderer alone reads it."""

    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class End:
    """How the attempt ended. possible: what would do where it is too heavy."""

    status: str
    reason: str | None = None
    detail: str | None = None
    errors: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    possible: dict[str, Any] | None = None


Record = Output | Facts | Warnings | Fit | End


class _Reader:
    """Lines and blocks from a stream of chunks."""

    def __init__(self, chunks: Iterator[bytes]):
        self._chunks = chunks
        self._buffer = bytearray()

    def _more(self) -> None:
        chunk = next(self._chunks, None)
        if chunk is None:
            raise RendererLost("the renderer's answer broke off")
        self._buffer += chunk

    def line(self) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _MAX_HEADER:
                raise RendererLost("the renderer sent an endless header")
            self._more()
        return self._take(end + 1)

    def block(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        return self._take(size)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


def _output(header: dict[str, Any], data: bytes) -> Output:
    digest = hashlib.sha256(data).digest()
    if digest.hex() != header["sha256"]:
        raise RendererLost(f"{header['name']}: the bytes are not those that the renderer hashed")
    time = header.get("time")
    return Output(
        name=str(header["name"]),
        type=str(header["type"]),
        width=int(header["width"]),
        height=int(header["height"]),
        data=data,
        time=None if time is None else float(time),
        sha256=digest,
        about=read_about(header),
    )


def _record(reader: _Reader) -> Record:
    header = cast("dict[str, Any]", orjson.loads(reader.line()))
    size = int(header.get("size", 0))
    if not 0 <= size <= MAX_OUTPUT:
        raise RendererLost(f"the renderer announced {size} bytes")
    data = reader.block(size)
    match header.pop("record"):
        case "output":
            return _output(header, data)
        case "facts":
            return Facts({name: value for name, value in header.items() if name != "size"})
        case "warnings":
            return Warnings(read_warnings(header["warnings"]))
        case "fit":
            return Fit(dict(header["fit"]))
        case "end":
            told = {key: header.get(key) for key in ("reason", "detail")}
            possible = read_possible(header.get("possible"))
            return End(str(header["status"]), **told, errors=list(header["errors"]), possible=possible)
        case other:
            raise RendererLost(f"the renderer sent a record {other!r}")


class Renderer:
    """One renderer service, over HTTP."""

    def __init__(self, url: str, max_render_duration: float):
        # The renderer kills at its deadline; past that and its queue, a silent one counts as lost.
        patience = httpx.Timeout(connect=2, read=max_render_duration * 2 + 10, write=10, pool=10)
        self._identity: Identity | None = None
        self._known_until = 0.0
        self._socket: socket.socket | None = None
        self._client = httpx.Client(base_url=url, timeout=patience, trust_env=False)

    def identity(self) -> Identity:
        """What this renderer is, asked now and then. Raises RendererAway."""
        if self._identity and time.monotonic() < self._known_until:
            return self._identity
        self._identity = self._ask()
        self._known_until = time.monotonic() + _IDENTITY_SECONDS
        return self._identity

    def _ask(self) -> Identity:
        try:
            answer = self._client.get("/health")
        except httpx.HTTPError as error:
            raise RendererAway(f"the renderer does not answer: {error}") from error
        if answer.status_code != 200:
            raise RendererAway(f"the renderer is not well: {answer.status_code}")
        health = answer.json()
        return Identity(str(health["webgl"]), str(health["version"]))

    def render(
        self,
        project: dict[str, Any],
        plan: dict[str, Any],
        fit: dict[str, Any] | None = None,
        request_id: str = "",
        owner: str = "",
    ) -> Iterator[Record]:
        """Yields outputs as they are made, and an End last. fit: of an earlier render. Raises RendererAway or RendererLost.

        owner: whose job it is, by any name: browsers are kept for the next job of the same one.
        """
        body = orjson.dumps({"project": project, "plan": plan, "fit": fit, "owner": owner})
        headers = {"Content-Type": "application/json", "X-Request-Id": request_id}
        known, self._identity = self._identity, None
        try:
            with self._client.stream("POST", "/render", content=body, headers=headers) as answer:
                self._socket = answer.extensions["network_stream"].get_extra_info("socket")
                yield from self._records(answer)
            self._identity = known
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise RendererAway(f"the renderer does not answer: {error}") from error
        except httpx.HTTPError as error:
            raise RendererLost(f"the renderer was lost: {error}") from error
        finally:
            self._socket = None

    def interrupt(self) -> None:
        """Ends the render that is being read, from another thread: its reader gets RendererLost, the browser is freed."""
        if self._socket:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _records(self, answer: httpx.Response) -> Iterator[Record]:
        if answer.status_code in (429, 502, 503, 504):
            raise RendererAway(f"the renderer is busy: {answer.status_code}")
        if answer.status_code != 200:
            detail = answer.read()[:500].decode(errors="replace")
            yield End("failed", "refused", f"the renderer refused the job: {detail}")
            return
        reader = _Reader(answer.iter_bytes())
        record: Record | None = None
        while not isinstance(record, End):
            try:
                record = _record(reader)
            except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
                raise RendererLost(f"the renderer sent nonsense: {error}") from error
            yield record

    def close(self) -> None:
        """Closes idle connections."""
        self._client.close()
