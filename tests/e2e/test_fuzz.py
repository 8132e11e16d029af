"""The API through the real gateway under made-up requests, in sequences, too: no 500, and every answer as the document says."""

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
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
from containers.local.stack import Stack
from containers.manifest import functions
from tests.support import Api, until

EXAMPLES = 100
"""Made-up requests for each operation, half of them valid; each is sent with made-up ids and with ids of what exists."""
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
SCHEMA = schemathesis.openapi.from_dict(document(functions()))
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
NEVER_DONE = {
    "POST /api/v1/auth/login": "nobody guesses a password",
    "POST /api/v1/auth/refresh": "the cookie is no parameter of the document",
    "POST /api/v1/shaders/{shader}/renders": "the version has to prove too heavy for the server",
}
"""Operations whose success no made-up request reaches."""


def test_every_operation_is_tried() -> None:
    assert len(OPERATIONS) == sum(len(methods) for methods in SCHEMA.raw_schema["paths"].values()) > 25


@pytest.fixture
def somebody(stack: Stack) -> Iterator[Api]:
    """A user of this test alone, since made-up requests may sign it out; the gateway has let go of the test before."""
    api = Api(stack.address).register(f"fuzz-{secrets.token_hex(4)}")
    until(lambda: api.http.post("/api/v1/auth/refresh").status_code != 429, "sign-in is no longer limited", 10, 0.5)
    yield api
    api.close()


@pytest.fixture
def ids(somebody: Api) -> dict[str, Any]:
    """Path parameter -> the id of something that the user who asks has."""
    shader = somebody.http.post("/api/v1/shaders", json={"title": "Fuzz", "code": "void mainImage() {}"}).json()
    key = somebody.http.post("/api/v1/me/api-keys", json={"name": "a key", "scopes": ["read"]}).json()
    return {"shader": shader["id"], "render": shader["render"]["id"], "n": shader["version"], "key": key["id"]}


def statuses(operation: Any, mode: GenerationMode, somebody: Api, ids: dict[str, Any]) -> set[int]:
    """Sends made-up requests, checks every answer, and returns their statuses."""
    headers = {"Authorization": somebody.http.headers["Authorization"]}
    seen: set[int] = set()

    @settings(max_examples=EXAMPLES // 2, deadline=None, derandomize=True, database=None)
    @given(operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if isinstance(case.query, dict):
            case.query.pop("wait", None)  # it would only take its time
        ours = {name: ids[name] for name in case.path_parameters}
        for parameters in [case.path_parameters, ours] if ours else [{}]:
            case.path_parameters = parameters
            seen.add(
                case.call_and_validate(base_url=somebody.base, headers=headers, checks=CHECKS, timeout=20).status_code
            )

    send()
    return seen


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_answers_are_as_described(operation: Any, somebody: Api, ids: dict[str, Any]) -> None:
    raw = operation.definition.raw
    done = until(
        lambda: statuses(operation, GenerationMode.POSITIVE, somebody, ids) - {429}, "some are let through", 20, 1
    )
    assert operation.label in NEVER_DONE or _success(raw) in done
    if raw["parameters"] or "requestBody" in raw:  # else nothing can be wrong with a request
        assert statuses(operation, GenerationMode.NEGATIVE, somebody, ids) - {200, 201, 202, 204}


def _success(raw: dict[str, Any]) -> int:
    return min(int(status) for status in raw["responses"])


def test_sequences_of_requests_are_answered_as_described(somebody: Api, tmp_path: Path) -> None:
    """What was created is read, changed, forked, voted on, drawn and deleted in made-up orders, along the document's links."""
    described = tmp_path / "openapi.json"
    described.write_text(json.dumps(document(functions())))
    checks = "not_a_server_error,content_type_conformance,response_schema_conformance,status_code_conformance"
    options = {
        "--url": somebody.base,
        "--phases": "stateful",
        "--checks": checks,
        "--max-examples": str(EXAMPLES),
        "--header": f"Authorization:{somebody.http.headers['Authorization']}",
        "--exclude-path-regex": "/auth/",  # a session that a made-up request ends would leave nothing to do for the rest
    }
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        str(described),
        "--generation-deterministic",
        "--no-color",
    ]
    arguments = [part for option in options.items() for part in option]
    done = subprocess.run([*command, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
    print(done.stdout[-3000:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
