"""Manifests: errors say what to change, and generated files follow from them."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from falcon import testing

from containers.generate.compose import services
from containers.generate.files import stale
from containers.generate.openapi import document
from containers.generate.routes import gateway_routes
from containers.manifest import ROOT, Function, ManifestError, function, functions
from shared.http.app import create_app
from shared.settings import Config


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).mkdir()
    (folder / name / "function.toml").write_text(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('kind = "htttp"', "kind is one of http"),
        ('kind = "http"\nneed = []', "no setting 'need'"),
        ('kind = "http"\nneeds = ["postgre"]', "not 'postgre'"),
        ('kind = "http"\nscale = "2"', "should look like 1"),
    ],
)
def test_a_wrong_manifest_says_what_to_change(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path, "shaders", text)
    with pytest.raises(ManifestError, match=message):
        functions(tmp_path)


def test_an_unknown_function_lists_those_there_are() -> None:
    with pytest.raises(ManifestError, match="auth, describe"):
        function("shader")


def test_the_functions_of_the_project() -> None:
    kinds = {item.name: item.kind for item in functions()}
    assert (
        kinds.items()
        >= {"shaders": "http", "mcp": "asgi", "render": "worker", "renderer": "service", "web": "static"}.items()
    )


def test_generated_files_are_current() -> None:
    assert [str(path.relative_to(ROOT)) for path, _ in stale()] == []


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Function]]:
    """All functions, and README's example as it is written there, even if somebody has tried it in functions/ already."""
    import functions as package

    text = (ROOT / "README.md").read_text()
    files = {path: re.search(rf"`{path}`:\n\n```\w+\n(.*?)```", text, re.DOTALL) for path in _EXAMPLE}
    (tmp_path / "palettes").mkdir()
    (tmp_path / "palettes" / "__init__.py").touch()
    for path, found in files.items():
        assert found, path
        (tmp_path / "palettes" / Path(path).name).write_text(found[1])
    monkeypatch.setattr(package, "__path__", [str(tmp_path), *package.__path__])
    _forget()
    yield [item for item in functions() if item.name != "palettes"] + functions(tmp_path)
    _forget()


_EXAMPLE = ("functions/palettes/function.toml", "functions/palettes/handler.py")


def _forget() -> None:
    importlib.invalidate_caches()
    for name in [name for name in sys.modules if name.startswith("functions.palettes")]:
        del sys.modules[name]


def test_a_new_function_is_two_lines_of_toml_and_a_handler(example: list[Function], config: Config) -> None:
    """Gateway, compose and OpenAPI follow without another word, and it answers."""
    assert '"^(?:/api/v1/palettes/[^/]+)/?$" {\n    set $function palettes;' in gateway_routes(example)
    region = services(example)
    assert "  palettes:\n" in region
    assert "FUNCTION: palettes" in region
    assert "get" in document(example)["paths"]["/api/v1/palettes/{render}"]
    app = create_app(example[-1].routes(), config)
    answer = testing.TestClient(app).simulate_get(f"/api/v1/palettes/{uuid4()}")
    assert answer.json["detail"] == "There is no such render; ad hoc renders go after a day."


def test_placeholders_do_not_swallow_other_functions() -> None:
    """Each path of the design goes to the function of its last noun."""
    locations = re.findall(
        r'location ~ "(.*?)" \{\n    set \$function (\w+);', (ROOT / "gateway/conf/routes.conf").read_text()
    )

    def answers(path: str) -> str:
        return next(name for pattern, name in locations if re.search(pattern, path))

    assert answers("/api/v1/shaders") == "shaders"
    assert answers("/api/v1/shaders/mine") == "shaders"
    assert answers("/api/v1/shaders/1/versions/2") == "versions"
    assert answers("/api/v1/shaders/1/vote") == "votes"
    assert answers("/api/v1/shaders/1/renders") == "renders"
    assert answers("/api/v1/feed/similar/1") == "feed"
    assert answers("/mcp") == answers("/mcp/") == "mcp"
