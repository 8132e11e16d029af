"""What decides a picture: the canonical form of a project, and the content key made from it."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson


def canonical(project: Mapping[str, Any]) -> bytes:
    """What decides a picture: passes with inputs and code byte for byte, and params; keys sorted."""
    essence = {"passes": project["passes"], "params": project.get("params", [])}
    return orjson.dumps(essence, option=orjson.OPT_SORT_KEYS)


def content_key(project: Mapping[str, Any], plan: Mapping[str, Any], backend: str, version: str) -> str:
    """The content address (hex sha256) of what this back end makes of the project under the plan."""
    digest = hashlib.sha256(canonical(project))
    digest.update(b"\0" + orjson.dumps(plan, option=orjson.OPT_SORT_KEYS))
    digest.update(f"\0{backend}\0{version}".encode())
    return digest.hexdigest()
