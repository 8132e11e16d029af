"""What HTTP handlers are made of: Resource, operation, Call. A request is one transaction; the application is in app.py.

class Shaders(Resource):
    @operation(auth="write", body=NewShader, status=201)
    def on_post(self, call: Call) -> Any:
        '''Create a shader.'''
        ...
        return document

routes = {"/api/v1/shaders": Shaders}
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from itertools import islice
from typing import Any, TypedDict, Unpack
from uuid import UUID

import falcon
import orjson
from marshmallow import Schema

from shared.auth import credentials
from shared.errors import MAX_ERRORS, Conflict, Malformed, NotFound, TooLarge, UnsupportedMediaType
from shared.http import idempotency
from shared.json_body import read_json
from shared.request import Request, Services
from shared.validation import invalid, load, shortened

MAX_BODY = 10 * 1024 * 1024
"""Bytes of a request, as at the gateway."""

_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')
"""An ETag of ours in an If-Match header."""

Routes = Mapping[str, type["Resource"]]


@dataclass(slots=True, kw_only=True)
class Call(Request):
    """One HTTP request on its way through a handler."""

    req: falcon.Request
    resp: falcon.Response
    body: dict[str, Any] = field(default_factory=dict[str, Any])
    query: dict[str, Any] = field(default_factory=dict[str, Any])
    location: str | None = None
    revision: int | None = None
    replacements: list[Callable[[Any], Any]] = field(default_factory=list[Callable[[Any], Any]])

    @property
    def if_match(self) -> set[int] | None:
        """The revisions that If-Match names; None where nothing is said, or any will do.

        A revision is exact, so a tag that was weakened on the way, as gateways do that compress, means the same.
        """
        header = self.req.get_header("If-Match")
        tags = [tag.strip() for tag in ("*" if header is None else header).split(",")]
        return None if "*" in tags else {int(tag[1]) for tag in map(_TAG.fullmatch, tags) if tag}

    def replace_answer(self, action: Callable[[Any], Any]) -> None:
        """Runs `action(answer)` once the transaction holds; what it returns, if anything, becomes the answer."""
        self.replacements.append(action)


class Resource:
    """One path: its responders are `on_<method>` functions under `@operation`."""

    def __init__(self, services: Services):
        self.services = services

    def admit(self, req: falcon.Request) -> None:
        """Called before anything is read; refuses a request by raising a Problem."""

    def answer_again(self, call: Call, created: UUID) -> Any:
        """The answer to a POST whose Idempotency-Key came again: what the first one created, as it is now."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What a responder takes and gives, for the wrapper and for OpenAPI; see `operation`."""

    auth: str | None = None
    body: type[Schema] | None = None
    query: type[Schema] | None = None
    returns: type[Schema] | None = None
    status: int = 200
    secret: bool = False
    conditional: bool = False
    creates: str | None = None
    also: tuple[int, ...] = ()
    parameters: dict[str, type] = field(default_factory=dict[str, type])
    summary: str = ""


class _Options(TypedDict, total=False):
    auth: str | None
    body: type[Schema] | None
    query: type[Schema] | None
    returns: type[Schema] | None
    status: int
    secret: bool
    conditional: bool
    creates: str | None
    also: tuple[int, ...]


def operation(**options: Unpack[_Options]) -> Callable[[Callable[..., Any]], Callable[..., None]]:
    """Declares a responder `(self, call, **path parameters) -> answer`; its docstring is its summary.

    auth: None for nobody in particular, "optional", or the scope that a credential needs. body, query: what comes in.
    returns: the answer's shape. status: of the answer. secret: the answer is shown once and stored nowhere, so that a retry
    with the same Idempotency-Key is a conflict. conditional: with If-Match it is carried out on that state alone, else answered
    412. creates: the path parameter that the answer's `id` is one for. also: statuses that only this operation has;
    containers/generate/openapi.py knows the usual ones.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., None]:
        given = list(inspect.signature(function).parameters.items())[2:]
        parameters = {name: parameter.annotation for name, parameter in given}
        spec = Operation(**options, parameters=parameters, summary=inspect.getdoc(function) or "")

        @wraps(function)
        def responder(self: Resource, req: falcon.Request, resp: falcon.Response, **path: str) -> None:
            _respond(spec, function, self, path, _call(self.services, req, resp))

        responder.operation = spec  # type: ignore[attr-defined]
        return responder

    return declare


def _call(services: Services, req: falcon.Request, resp: falcon.Response) -> Call:
    address = req.get_header("X-Forwarded-For") or req.remote_addr
    return Call(services=services, request_id=req.context.request_id, address=address, req=req, resp=resp)


def _respond(
    spec: Operation, function: Callable[..., Any], resource: Resource, path: dict[str, str], call: Call
) -> None:
    values = {name: _parameter(spec.parameters[name], text) for name, text in path.items()}
    resource.admit(call.req)
    raw = _read(call.req)
    status = spec.status
    with resource.services.carry_out(call):
        _authenticate(spec, call)
        _validate(spec, call, raw)
        earlier = _begin(spec, call, raw)
        if earlier:
            status, call.location = earlier.status, earlier.location
            answer = resource.answer_again(call, earlier.created)
        else:
            answer = function(resource, call, **values)
            _finish(spec, call)
    for action in call.replacements:
        replaced = action(answer)
        answer = answer if replaced is None else replaced
    _send(call, answer, status)


def _parameter(kind: type, text: str) -> Any:
    try:
        return kind(text)
    except ValueError as error:
        raise NotFound() from error


def _read(req: falcon.Request) -> bytes:
    if req.method in ("GET", "HEAD"):
        return b""
    if (req.get_header("Content-Encoding") or "identity") != "identity":
        raise Malformed("Send the body as it is, without Content-Encoding.")
    raw = req.bounded_stream.read(MAX_BODY + 1)
    if len(raw) > MAX_BODY:
        raise TooLarge(f"The body is larger than {MAX_BODY} bytes.")
    if raw and not _is_json(req.content_type):
        raise UnsupportedMediaType("Send the body as Content-Type: application/json.")
    return raw


def _is_json(content_type: str | None) -> bool:
    """A form of another site can send anything but this without being asked for leave."""
    return (content_type or "").partition(";")[0].strip().lower() == falcon.MEDIA_JSON


def _authenticate(spec: Operation, call: Call) -> None:
    if spec.auth is not None:
        credentials.sign_in(call, call.req.get_header("Authorization"), spec.auth)


def _validate(spec: Operation, call: Call, raw: bytes) -> None:
    if spec.query:
        call.query = load(spec.query, dict(call.req.params))
    elif call.req.params:
        raise invalid(
            {shortened(name): ["There is no such parameter."] for name in islice(call.req.params, MAX_ERRORS)}
        )
    if spec.body:
        call.body = load(spec.body, read_json(raw))


def _key(spec: Operation, call: Call) -> str | None:
    """The client's Idempotency-Key; else the gateway's name of the request, which it gives to every copy it tries."""
    if spec.status != 201 or call.user is None:
        return None
    named = call.req.get_header("X-Request-Id") is not None
    return call.req.get_header("Idempotency-Key") or (f"request {call.request_id}" if named else None)


def _begin(spec: Operation, call: Call, raw: bytes) -> idempotency.Answer | None:
    key = _key(spec, call)
    if key is None or call.user is None:
        return None
    earlier = idempotency.begin(call.connection, call.user.id, key, call.req.method, call.req.path, raw)
    if earlier and spec.secret:
        raise Conflict("This was created before, and its secret is shown only once. Delete it and create another.")
    return earlier


def _finish(spec: Operation, call: Call) -> None:
    key = _key(spec, call)
    if key is not None and call.user is not None and call.location:
        idempotency.finish(call.connection, call.user.id, key, idempotency.Answer(spec.status, call.location))


def _send(call: Call, answer: Any, status: int) -> None:
    resp = call.resp
    if resp.status_code == 200:  # not set by replace_answer
        resp.status = status
    if call.location:
        resp.set_header("Location", call.location)
    if call.revision is not None:
        resp.set_header("ETag", f'"{call.revision}"')
    if answer is not None:
        resp.data = orjson.dumps(answer)
        resp.content_type = falcon.MEDIA_JSON
