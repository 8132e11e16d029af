"""The contract of the project document, read from contract.json: names, kinds, defaults and limits.

The player and the site read the same file. Standard library alone, since the renderer's image has it, too.
"""

import json
import re
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("contract.json")
_CONTRACT: dict[str, Any] = json.loads(_FILE.read_text())

PASS_TYPES: tuple[str, ...] = tuple(_CONTRACT["passes"])
"""What a pass can be."""
BUFFERS: tuple[str, ...] = tuple(_CONTRACT["buffers"])
"""Names of buffer passes."""
CHANNELS: tuple[int, ...] = tuple(_CONTRACT["channels"])
"""Numbers of a pass's channels."""
SAMPLERS: dict[str, dict[str, Any]] = _CONTRACT["inputs"]
"""Input kind -> the sampler that it has where the document says nothing."""
TEXTURES: tuple[str, ...] = tuple(_CONTRACT["textures"])
"""Names of the player's own textures."""
FILTERS: tuple[str, ...] = tuple(_CONTRACT["filters"])
"""How a channel is filtered."""
WRAPS: tuple[str, ...] = tuple(_CONTRACT["wraps"])
"""What a channel reads outside of its texture."""
PARAM_NAME: re.Pattern[str] = re.compile(_CONTRACT["params"]["name"])
"""The whole name of a param; it becomes a uniform's."""
PARAM_TYPES: dict[str, dict[str, Any]] = _CONTRACT["params"]["types"]
"""Type -> `numbers`, the lengths that a value may have (none for a switch), and `whole` for integers."""
MAX_PARAM_NAME = 63
"""Characters of a param's name, as the pattern has it."""
MAX_NUMBERS: int = max(size for form in PARAM_TYPES.values() for size in form["numbers"] or [1])
"""Numbers in one value of a param."""
LARGEST: float = _CONTRACT["params"]["largest"]
"""Numbers of a param are smaller than this, either way."""
ORIGIN: dict[str, int] = _CONTRACT["origin"]
"""Field of `origin` -> its longest text, in characters."""

_LIMITS: dict[str, int] = _CONTRACT["limits"]
MAX_PASSES = _LIMITS["passes"]
MAX_CODE = _LIMITS["code_bytes"]
"""Bytes of code in one project; of 96,768 real shaders 99 % have less than 39 kB."""
MAX_PARAMS = _LIMITS["params"]
MAX_SOURCE = _LIMITS["source"]
MAX_LABEL = _LIMITS["label"]
MAX_LICENSE = _LIMITS["license"]
MAX_CREDITS = _LIMITS["credits"]
MAX_POSTER_TIME = _LIMITS["poster_time"]
"""Seconds."""
MAX_POSTER_TIME_WITH_BUFFERS = _LIMITS["poster_time_with_buffers"]
"""Seconds: what is reached step by step has to be reached within a render."""
