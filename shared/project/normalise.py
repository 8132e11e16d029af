"""Brings a project document into the one form that is stored, played and rendered, whichever way it came in.

The command line, folders, the API, MCP, the starter shaders and importers all pass through here; the player does the same
to what an editor holds (`normaliseProject` in shared/player/project.js), and a list of documents holds the two together.
Standard library alone, since the renderer's image has it, too.
"""

from collections.abc import Mapping
from typing import Any

from shared.project.contract import SAMPLERS

_MARK = "\ufeff"
"""A byte-order mark, which editors put in front of a file."""


def normalise(project: Mapping[str, Any]) -> dict[str, Any]:
    """The project with plain line ends, without byte-order marks, with every sampler complete; nothing else changes.

    project: a sound document (see schema.py). A channel whose buffer is absent stays: it reads black.
    """
    return {
        **project,
        "passes": [_pass(item) for item in project["passes"]],
        "params": list(project.get("params") or []),
    }


def normalise_code(code: str) -> str:
    """GLSL without a byte-order mark at its start, with `\\n` at the end of every line."""
    return code.removeprefix(_MARK).replace("\r\n", "\n").replace("\r", "\n")


def single_pass(code: str) -> dict[str, Any]:
    """The project with one image pass of this code."""
    return normalise({"passes": [{"type": "image", "code": code}]})


def _pass(item: Mapping[str, Any]) -> dict[str, Any]:
    inputs = [_input(entry) for entry in item.get("inputs") or []]
    return {**item, "code": normalise_code(item["code"]), "inputs": inputs}


def _input(entry: Mapping[str, Any]) -> dict[str, Any]:
    sampler = {**SAMPLERS[entry["kind"]], **(entry.get("sampler") or {})}
    return {**entry, "source": entry.get("source") or "", "sampler": sampler}
