"""The project documents that Python and JavaScript must judge alike: projects.json, with long texts written out."""

import json
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("projects.json")


def cases(verdict: str) -> dict[str, Any]:
    """What is tested -> the document. verdict: `good` or `bad`."""
    return {case["what"]: _written_out(case["project"]) for case in json.loads(_FILE.read_text())[verdict]}


def _written_out(value: Any) -> Any:
    """`{"repeat": [text, times]}` stands for a text too long for a file."""
    if isinstance(value, dict):
        if set(value) == {"repeat"}:
            text, times = value["repeat"]
            return text * times
        return {name: _written_out(item) for name, item in value.items()}
    return [_written_out(item) for item in value] if isinstance(value, list) else value
