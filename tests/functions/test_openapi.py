"""The API keeps what its OpenAPI document promises, whatever is sent: no 500, and every answer as it is described."""

from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from containers.generate.openapi import document
from containers.manifest import functions
from tests.functions.conftest import Client

EXAMPLES = 10
"""Valid requests made up for an operation, and invalid ones; each is sent with made-up ids and with ids of what exists."""
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
SCHEMA = schemathesis.openapi.from_dict(document(functions()))
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
NEVER_DONE = {
    "POST /api/v1/auth/login": "nobody guesses a password",
    "POST /api/v1/auth/refresh": "the cookie is no parameter of the document",
    "POST /api/v1/renders": "of code and project it takes exactly one, and made-up projects are none",
    "POST /api/v1/shaders/{shader}/renders": "captured pictures are for what proved too heavy, and nothing is drawn here",
}
"""Operations whose success no made-up request reaches."""


def test_every_operation_is_tried() -> None:
    assert len(OPERATIONS) == sum(len(methods) for methods in SCHEMA.raw_schema["paths"].values()) > 25


@pytest.fixture
def ids(ann: Client) -> dict[str, Any]:
    """Path parameter -> the id of something that the user who asks has."""
    shader = ann.create()
    key = ann.call("POST", "/api/v1/me/api-keys", {"name": "a key", "scopes": ["read"]}).json["id"]
    return {"shader": shader["id"], "render": shader["render"]["id"], "n": shader["version"], "key": key}


def statuses(operation: Any, mode: GenerationMode, ann: Client, ids: dict[str, Any]) -> set[int]:
    """Sends made-up requests, checks every answer, and returns their statuses."""
    headers = {"Authorization": f"Bearer {ann.token}"}
    seen: set[int] = set()

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
    @given(operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if isinstance(case.query, dict):
            case.query.pop("wait", None)  # nothing renders here, so it would only take its time
        for parameters in (case.path_parameters, {name: ids[name] for name in case.path_parameters}):
            case.path_parameters = parameters
            seen.add(case.call_and_validate(app=ann.app, headers=headers, checks=CHECKS).status_code)

    send()
    return seen


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_answers_are_as_described(operation: Any, ann: Client, ids: dict[str, Any]) -> None:
    raw = operation.definition.raw
    done = statuses(operation, GenerationMode.POSITIVE, ann, ids)
    assert operation.label in NEVER_DONE or int(next(iter(raw["responses"]))) in done
    if raw["parameters"] or "requestBody" in raw:  # else nothing can be wrong with a request
        assert statuses(operation, GenerationMode.NEGATIVE, ann, ids) - {200, 201, 204}
