"""Bad input is cheap: every schema of a request has limits, and looks at them before anything costs time."""

import importlib
import time
from collections.abc import Iterator
from typing import Any

import marshmallow
import orjson
import pytest
from marshmallow import fields as plain

from containers.manifest import ROOT, functions
from shared import fields
from shared.errors import MAX_ERRORS, Invalid, Malformed
from shared.json_body import MAX_VALUES, read_json
from shared.validation import Schema, load

MANY = 330_000
NOTHING: dict[str, Any] = {}
HOSTILE: dict[str, Any] = {
    "empty objects": [NOTHING] * MANY,
    "empty lists": [[]] * MANY,
    "numbers": [1.0] * MANY,
    "texts": ["a"] * MANY,
    "unknown keys": {f"key{n}": 1 for n in range(MANY)},
    "one huge key": {"k" * 1_000_000: 1},
    "a huge text": "a" * 1_000_000,
    "a huge address": "a@" + "a." * 500_000,
    "a huge number": 10**4000,
    "a huge number as text": "1" * 1_000_000,
    "many spaces": " " * 1_000_000,
}
_deep: Any = []
for _ in range(900):
    _deep = [_deep]
HOSTILE["a deep list"] = _deep


def input_schemas() -> list[type[Schema]]:
    """What operations take, and whatever else a schema module defines."""
    found: set[type[Any]] = set()
    for item in functions():
        if item.kind == "http":
            for resource in item.routes().values():
                for member in vars(resource).values():
                    spec = getattr(member, "operation", None)
                    found |= {kind for kind in (spec.body, spec.query) if kind} if spec else set()
    for path in [*ROOT.glob("shared/*/schema.py"), *ROOT.glob("functions/*/schema.py")]:
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        found |= {
            kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, marshmallow.Schema)
        }
    return sorted(found, key=lambda kind: kind.__name__)


def fields_of(
    schema: marshmallow.Schema, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every field with its path, nested ones too; 0 stands for an item of a list."""
    for name, field in schema.load_fields.items():
        yield from _inside(field, (*path, name))


def _inside(field: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, field
    if isinstance(field, plain.List):
        yield from _inside(field.inner, (*path, 0))
    elif isinstance(field, plain.Nested):
        yield from fields_of(field.schema, path)


def document(path: tuple[str | int, ...], value: Any) -> Any:
    """What holds the value at this path, and nothing else."""
    for step in reversed(path):
        value = [value] if step == 0 else {step: value}
    return value


def refusal(schema: type[Schema], data: Any) -> Invalid | None:
    """What is said of the data, which may cost 10 ms of CPU."""
    shortest, problem = 1.0, None
    for _ in range(4):
        started = time.thread_time()
        try:
            load(schema, data)
        except Invalid as error:
            problem = error
        shortest = min(shortest, time.thread_time() - started)
        if shortest < 0.01:
            return problem
    raise AssertionError(f"{schema.__name__} took {shortest:.3f} s")


def check_size(problem: Invalid) -> None:
    assert len(problem.errors) <= MAX_ERRORS
    assert len(orjson.dumps(problem.document())) < 4000


@pytest.mark.parametrize("schema", input_schemas(), ids=lambda kind: kind.__name__)
def test_every_field_has_a_limit(schema: type[Schema]) -> None:
    """Only fields that count before they read; marshmallow's own have no limit."""
    assert issubclass(schema, Schema)
    for path, field in fields_of(schema()):
        where = f"{schema.__name__}.{'.'.join(map(str, path))}"
        if isinstance(field, plain.Nested):
            assert isinstance(field.schema, Schema), where
        else:
            assert not type(field).__module__.startswith("marshmallow"), where


@pytest.mark.parametrize("schema", input_schemas(), ids=lambda kind: kind.__name__)
def test_hostile_values_are_refused_at_once_everywhere(schema: type[Schema]) -> None:
    for name, value in HOSTILE.items():
        problem = refusal(schema, value)
        assert problem or schema.ignores_unknown, name
        if problem:
            check_size(problem)
        for path, _ in fields_of(schema()):
            problem = refusal(schema, document(path, value))
            if problem:
                check_size(problem)


def test_a_schema_without_limits_is_found() -> None:
    """The walk itself."""

    class Loose(Schema):
        items = plain.List(plain.String())

    with pytest.raises(AssertionError, match=r"Loose\.items"):
        test_every_field_has_a_limit(Loose)
    with pytest.raises(AssertionError, match="Loose took"):
        refusal(Loose, {"items": [1] * MANY})


def test_unknown_fields_are_told_with_the_nearest() -> None:
    class Words(Schema):
        title = fields.Text(10)

    with pytest.raises(Invalid) as error:
        load(Words, {"titel": "x"})
    assert error.value.errors == [{"field": "titel", "message": "Unknown field. Did you mean title?"}]


def test_many_values_are_refused_unread() -> None:
    with pytest.raises(Invalid, match="5000 values"):
        read_json(b"[" + b",".join([b"{}"] * MANY) + b"]")
    with pytest.raises(Invalid, match="5000 values"):
        read_json(b'{"x":[' + b",".join([b'"a,b"'] * (MAX_VALUES + 1)) + b"]}")
    with pytest.raises(Malformed, match="deep"):
        read_json(b"[" * MANY)


@pytest.mark.parametrize("text", ["vec2(1,2);" * 50_000, '"quoted, \\" text"' * 10_000, "{[,]}" * 5_000, "\\" * 9001])
def test_marks_inside_of_strings_are_no_values(text: str) -> None:
    body = {"code": text, "list": list(range(1000))}
    assert read_json(orjson.dumps(body)) == body
    assert read_json(orjson.dumps([text] * 20)) == [text] * 20
