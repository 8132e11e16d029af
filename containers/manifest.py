"""Reads the functions' manifests, function.toml: which functions there are, and how each is run."""

import importlib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from shared.http.resource import Routes

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = ROOT / "functions"
KINDS = ("http", "asgi", "worker", "service", "static")
NEEDS = ("postgres", "redis", "storage", "renderer")
_DEFAULTS: dict[str, Any] = {
    "needs": [],
    "body_limit": "10m",
    "timeout": 120,
    "memory": "256m",
    "scale": 1,
    "internal": False,
    "port": 8000,
}


class ManifestError(Exception):
    """A function.toml is wrong, or a function is not there."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function.toml. timeout: seconds at the gateway; scale: how many run; internal: not behind the gateway."""

    name: str
    kind: str
    needs: tuple[str, ...]
    body_limit: str
    timeout: int
    memory: str
    scale: int
    internal: bool
    port: int

    @property
    def public(self) -> bool:
        """Whether it is part of the public API."""
        return self.kind == "http" and not self.internal

    @property
    def routed(self) -> bool:
        """Whether the gateway routes to it."""
        return self.public or self.kind == "asgi"

    def routes(self) -> "Routes":
        """Path template -> resource class, from its handler.py."""
        return cast("Routes", importlib.import_module(f"functions.{self.name}.handler").routes)


def _problems(name: str, data: dict[str, Any]) -> Iterable[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        yield "its folder's name is not a lower-case word"
    if data.get("kind") not in KINDS:
        yield f"kind is one of {', '.join(KINDS)}"
    for key in data.keys() - _DEFAULTS.keys() - {"kind"}:
        yield f"there is no setting {key!r}; there are kind, {', '.join(_DEFAULTS)}"
    for need in set(data.get("needs", [])) - set(NEEDS):
        yield f"needs are {', '.join(NEEDS)}, not {need!r}"
    for key in data.keys() & _DEFAULTS.keys():
        if type(data[key]) is not type(_DEFAULTS[key]):
            yield f"{key} = {data[key]!r} should look like {_DEFAULTS[key]!r}"


def _read(path: Path) -> Function:
    name = path.parent.name
    data = tomllib.loads(path.read_text())
    problems = list(_problems(name, data))
    if problems:
        raise ManifestError(f"{path}: {'; '.join(problems)}")
    values: dict[str, Any] = {**_DEFAULTS, **data}
    values["needs"] = tuple(values["needs"])
    return Function(name=name, **values)


def functions(folder: Path = FUNCTIONS) -> list[Function]:
    """All functions, by name. Raises ManifestError."""
    return [_read(path) for path in sorted(folder.glob("*/function.toml"))]


def function(name: str) -> Function:
    """The function of this name. Raises ManifestError, which lists those there are."""
    found = {item.name: item for item in functions()}
    if name not in found:
        raise ManifestError(f"there is no function {name!r}; there are {', '.join(found)}")
    return found[name]
