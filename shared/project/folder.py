"""A shader as a folder: shader.toml, and a file of GLSL for every pass. The standard library alone: the renderer has it, too."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.project.contract import SAMPLERS

ABOUT = "shader.toml"
PASSES = ("common", "buffer-a", "buffer-b", "buffer-c", "buffer-d", "image")
_SAMPLER = tuple(SAMPLERS["texture"])


def read_folder(folder: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, Path]]:
    """What shader.toml says about the shader, its project as Fractafrag's API takes it, and the file of each pass by its id.

    Raises OSError for what cannot be read; ValueError, KeyError, TypeError or AttributeError for what is written wrongly.
    """
    about = tomllib.loads((folder / ABOUT).read_text())
    inputs, params = about.pop("inputs", []), about.pop("params", [])
    files = {name: path for name in PASSES if (path := folder / f"{name}.glsl").exists()}
    passes = [_pass(name, path.read_text(), inputs) for name, path in files.items()]
    moment = {"poster_time": about.pop("poster_time")} if "poster_time" in about else {}
    return about, {"passes": passes, "params": params, **moment}, {_id(name): path for name, path in files.items()}


def _id(name: str) -> str:
    kind, _, letter = name.partition("-")
    return letter.upper() or kind


def _pass(name: str, code: str, inputs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    own = [_input(entry) for entry in inputs if entry["pass"] == _id(name)]
    kind, _, letter = name.partition("-")
    return (
        {"type": kind, "code": code} | ({"name": letter.upper()} if letter else {}) | ({"inputs": own} if own else {})
    )


def _input(entry: Mapping[str, Any]) -> dict[str, Any]:
    sampler = {name: entry[name] for name in _SAMPLER if name in entry}
    plain = {name: entry[name] for name in ("channel", "kind", "source") if name in entry}
    return plain | ({"sampler": sampler} if sampler else {})
