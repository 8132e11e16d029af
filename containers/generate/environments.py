"""The environments in compose.yaml, from the table of settings: an anchor for every need, for the renderer and the gateway."""

import json
from collections.abc import Iterable

import yaml

from containers.manifest import NEEDS
from shared.settings_table import CONTAINER_ITSELF, FUNCTIONS, GATEWAY, RENDERER, SETTINGS, read_by

_MAKE_UP = ":?set {name} in .env, or run make up"
_INSIDE: dict[str, str] = {
    "DATABASE_URL": f"postgresql://fracta:${{POSTGRES_PASSWORD{_MAKE_UP.format(name='POSTGRES_PASSWORD')}}}@postgres:5432/fractafrag",
    "REDIS_URL": "redis://redis:6379/0",
    "RENDERER_URL": "http://renderer:3100",
    "STORAGE_URL": "${STORAGE_URL:-file:///renders}",
    # Workers serve this on loopback and on Postgres' network, but not on the renderer's.
    "METRICS_BIND": "127.0.0.1:8000,@postgres:8000",
}
"""What a setting is inside of the stack, where that is not .env's value or else the default."""


def value(name: str) -> str:
    """A setting's value in compose.yaml."""
    if name in _INSIDE:
        return _INSIDE[name]
    setting = SETTINGS[name]
    missing = _MAKE_UP.format(name=name) if setting.required else f":-{setting.default}"
    return f"${{{name}{missing}}}"


def _given(names: Iterable[str]) -> list[str]:
    """Those that compose.yaml sets; a default that fits every container, such as the gateway's port, is left out."""
    return [name for name in names if name not in CONTAINER_ITSELF or name in _INSIDE]


def _anchor(key: str, anchor: str, names: Iterable[str]) -> str:
    return f"x-{key}: &{anchor}\n" + "".join(f"  {name}: {_scalar(value(name))}\n" for name in _given(names))


def _scalar(text: str) -> str:
    """The text as YAML, in quotes where a plain scalar would be read otherwise."""
    try:
        return text if yaml.safe_load(f"x: {text}") == {"x": text} else json.dumps(text)
    except yaml.YAMLError:
        return json.dumps(text)


def anchors() -> str:
    """compose.yaml: every environment as an anchor."""
    functions = read_by(FUNCTIONS)
    return (
        _anchor("environment", "environment", read_by(FUNCTIONS, frozenset()))
        + "".join(
            _anchor(need, f"needs-{need}", [name for name in functions if SETTINGS[name].need == need])
            for need in NEEDS
        )
        + _anchor("renderer-environment", "renderer-environment", read_by(RENDERER))
        + _anchor("gateway-environment", "gateway-environment", read_by(GATEWAY))
    )
