"""Manifests: what is wrong is said; what is derived follows from them."""

import re
import sys
from pathlib import Path

import pytest

from containers.generate.compose import services
from containers.generate.files import stale
from containers.generate.openapi import document
from containers.generate.routes import gateway_routes
from containers.manifest import ROOT, ManifestError, function, functions


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


def _readme(name: str) -> dict[str, str]:
    """The README's example of a function, file by file, under another name: a reader may have tried it here."""
    section = (ROOT / "README.md").read_text().partition("### Add a function")[2].partition("\n## ")[0]
    toml, python = re.findall(r"```(?:toml|python)\n(.*?)```", section, re.DOTALL)
    return {"function.toml": toml, "__init__.py": "", "handler.py": python.replace("palettes", name)}


def test_the_readmes_function_is_two_lines_of_toml_and_a_handler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gateway, compose and OpenAPI follow without another word."""
    import functions as package

    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    (tmp_path / "swatches").mkdir()
    for file, text in _readme("swatches").items():
        (tmp_path / "swatches" / file).write_text(text)
    items = functions() + functions(tmp_path)
    assert "/api/v1/swatches/" in gateway_routes(items)
    assert "set $function swatches;" in gateway_routes(items)
    region = services(items)
    assert "  swatches:\n" in region
    assert "FUNCTION: swatches" in region
    assert "get" in document(items)["paths"]["/api/v1/swatches/{render}"]
    monkeypatch.delitem(sys.modules, "functions.swatches.handler")


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
