"""Short ways to write project documents."""

from __future__ import annotations

from typing import Any


def image(code: str, *inputs: dict[str, Any], **project: Any) -> dict[str, Any]:
    """A project with an image pass; `code` may be a mere expression for the colour."""
    last = {"type": "image", "code": main(code), "inputs": list(inputs)}
    return {"passes": [*project.pop("before", []), last], **project}


def buffer(name: str, code: str, *inputs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "buffer", "name": name, "code": main(code), "inputs": list(inputs)}


def reads(channel: int, kind: str, source: str = "", **sampler: Any) -> dict[str, Any]:
    return {"channel": channel, "kind": kind, "source": source, **({"sampler": sampler} if sampler else {})}


def common(code: str) -> dict[str, Any]:
    return {"type": "common", "code": code}


def main(code: str) -> str:
    if "mainImage" in code or ";" in code:
        return code
    return f"void mainImage(out vec4 fragColor, in vec2 fragCoord) {{ fragColor = {code}; }}"
