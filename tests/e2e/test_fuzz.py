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
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from containers.generate.openapi import document
from containers.local.stack import Stack
from containers.manifest import functions
from tests.support import Api

EXAMPLES = 100
"""Made-up requests for each operation, valid and invalid ones."""
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
SCHEMA = schemathesis.openapi.from_dict(document(functions()))
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
BOUNDED = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), max_examples=EXAMPLES
)


def prepare(case: Any) -> None:
    if isinstance(case.query, dict):
        case.query.pop("wait", None)  # it would only take its time


@pytest.fixture
def somebody(stack: Stack) -> Iterator[Api]:
    """A user of this test alone: requests that are made up may sign it out."""
    api = Api(stack.address).register(f"fuzz-{secrets.token_hex(4)}")
    yield api
    api.close()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_made_up_requests_are_answered_as_described(operation: Any, somebody: Api) -> None:
    headers = {"Authorization": somebody.http.headers["Authorization"]}
    shader = somebody.http.post("/api/v1/shaders", json={"title": "Fuzz", "code": "void mainImage() {}"}).json()
    known = {"shader": shader["id"], "render": shader["render"]["id"], "n": 1}
    turn = iter(range(10**6))

    @BOUNDED
    @given(operation.as_strategy())
    def send(case: Any) -> None:
        prepare(case)
        if next(turn) % 2:  # half of them are about what exists
            case.path_parameters = {
                **case.path_parameters,
                **{k: v for k, v in known.items() if k in case.path_parameters},
            }
        case.call_and_validate(base_url=somebody.base, headers=headers, checks=CHECKS, timeout=20)

    send()


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
