"""Texts that Python and JavaScript must read alike: texts.json, each with its code and the line of every character of that."""

import json
from pathlib import Path
from typing import Any

TEXTS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("texts.json").read_text())
