"""OpenAPI 3.1 from the handlers: paths from `routes`, schemas from marshmallow, summaries from docstrings."""

import json
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from containers.manifest import Function
from shared.http import documents
from shared.http.resource import Operation
from shared.project.schema import Source

_METHODS = ("get", "post", "put", "patch", "delete")
_ABOUT = (
    "Publish, find and fork GLSL shaders, and have them rendered. Errors are RFC 9457 problem details; "
    "lists are {items, next} with an opaque cursor; every POST that creates takes an Idempotency-Key."
)


def _name(schema: type[Schema] | Schema) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__


def _operations(item: Function) -> Iterator[tuple[str, str, Operation]]:
    for template, resource in sorted(item.routes().items()):
        for method in _METHODS:
            operation = getattr(getattr(resource, f"on_{method}", None), "operation", None)
            if operation is not None:
                yield template, method, operation


def _parameters(operation: Operation) -> list[Any]:
    forms = {UUID: {"type": "string", "format": "uuid"}, int: {"type": "integer"}, str: {"type": "string"}}
    path = [
        {"in": "path", "name": name, "required": True, "schema": forms[kind]}
        for name, kind in operation.parameters.items()
    ]
    key = {
        "in": "header",
        "name": "Idempotency-Key",
        "schema": {"type": "string", "maxLength": 200},
        "description": "A retry within a day answers the same and creates nothing; of an account the newest 2,000 keys are kept.",
    }
    match = {
        "in": "header",
        "name": "If-Match",
        "schema": {"type": "string", "maxLength": 200},
        "description": "The ETag of the state that is changed: 412 where something else was saved meanwhile.",
    }
    creates = operation.status == 201 and operation.auth is not None
    return [
        *path,
        *([{"in": "query", "schema": operation.query}] if operation.query else []),
        *([key] if creates else []),
        *([match] if operation.conditional else []),
    ]


def _problems(operation: Operation, method: str) -> set[int]:
    """Statuses of the problems that an operation may answer, the gateway's for every path among them."""
    sends = method != "get"
    asked: list[tuple[bool, tuple[int, ...]]] = [
        (True, (400, 414, 422, 429, 431, 503)),
        (sends, (413, 415)),
        (operation.auth is not None, (401, 403)),
        (bool(operation.parameters), (404, 405)),
        ("shader" in operation.parameters, (410,)),
        (operation.status == 201 and operation.auth is not None, (409,)),
        (operation.conditional, (412,)),
    ]
    return {status for applies, statuses in asked if applies for status in statuses}


def _responses(operation: Operation, method: str, links: dict[str, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "Done."}
    if operation.returns:
        good["content"] = {"application/json": {"schema": operation.returns}}
    if links:
        good["links"] = links
    answers = {operation.status: good} | {
        code: {**good, "description": "Not done yet."} for code in operation.also if code < 300
    }
    problem = {"application/problem+json": {"schema": documents.Problem}}
    for code in _problems(operation, method) | {code for code in operation.also if code >= 400}:
        answers[code] = {"description": f"{HTTPStatus(code).phrase}.", "content": problem}
    return {str(code): answer for code, answer in sorted(answers.items())}


def _links(items: Sequence[Function], operation: Operation) -> dict[str, Any]:
    """What can be done with what an operation creates: name -> OpenAPI link."""
    if operation.creates is None:
        return {}
    parameter = {operation.creates: "$response.body#/id"}
    return {
        _operation_id(method, template): {"operationId": _operation_id(method, template), "parameters": parameter}
        for item in items
        for template, method, other in _operations(item)
        if list(other.parameters) == [operation.creates]
    }


def _operation_id(method: str, template: str) -> str:
    words = template.replace("/api/v1", "").replace("{", "").replace("}", "").replace("-", "_")
    return f"{method}{words.replace('/', '_')}"


def _describe(
    item: Function, method: str, template: str, operation: Operation, links: dict[str, Any]
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": _operation_id(method, template),
        "tags": [item.name],
        "summary": operation.summary.splitlines()[0].rstrip("."),
        "parameters": _parameters(operation),
        "responses": _responses(operation, method, links),
    }
    if operation.body:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": operation.body}}}
    if operation.auth:
        described["security"] = [{"bearer": []}] if operation.auth != "optional" else [{}, {"bearer": []}]
    return described


def document(items: Sequence[Function]) -> dict[str, Any]:
    """The API of these functions as an OpenAPI 3.1 document."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    info = {"description": _ABOUT, "license": {"name": "MIT", "identifier": "MIT"}}
    spec = APISpec("Fractafrag", "1", "3.1.0", plugins=[plugin], info=info, servers=[{"url": "/"}])
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    public = [item for item in items if item.public]
    for item in public:
        spec.tag({"name": item.name})
        for template, method, operation in _operations(item):
            spec.path(
                template, operations={method: _describe(item, method, template, operation, _links(public, operation))}
            )
    found = spec.to_dict()
    _say_one_source(found["components"]["schemas"], public)
    return json.loads(json.dumps(found).replace("\\\\Z", "$"))  # the end of a text, as JSON Schema writes it


def _say_one_source(schemas: dict[str, Any], items: Sequence[Function]) -> None:
    """Requests that bring a shader have either `code` or a `project`."""
    bodies = {operation.body for item in items for _, _, operation in _operations(item) if operation.body}
    for body in bodies:
        if issubclass(body, Source):
            either = {"oneOf": [{"required": ["code"]}, {"required": ["project"]}]}
            schemas[_name(body)] |= either if body.source_required else {"not": {"required": ["code", "project"]}}
