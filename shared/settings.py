"""Configuration: the one place that reads the environment, and says everything that is missing or wrong at once.

The settings themselves are in shared/settings_table.py.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.settings_table import FUNCTIONS, RENDERER, SETTINGS, read_by

VERSION = "0.1.0"
"""As in pyproject.toml, which is not in the images."""


class ConfigError(Exception):
    """The environment lacks settings, or has wrong ones."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one function's process; an empty string is a setting that the function does not need."""

    database_url: str
    redis_url: str
    storage_url: str
    renderer_url: str
    secret_key: str
    public_url: str
    mcp_origins: tuple[str, ...]
    aws_endpoint_url: str
    log_level: str
    metrics_bind: str
    max_render_duration: float
    user_source_bytes: int


def environ() -> Mapping[str, str]:
    """The process's environment, for the few that hand it on (the renderer, local mode)."""
    return os.environ


def _value(name: str, env: Mapping[str, str], problems: list[str]) -> str:
    """The value: the variable's, or that of the file that <NAME>_FILE names; "" without either."""
    file = env.get(f"{name}_FILE")
    if env.get(name) or not file:
        return env.get(name, "")
    try:
        return Path(file).read_text().strip()
    except OSError as error:
        problems.append(f"{name}_FILE cannot be read: {error}")
        return ""


def _problem(name: str, value: str, required: bool) -> str | None:
    setting = SETTINGS[name]
    if not value:
        return f"{name} is not set ({setting.help})" if required and setting.required else None
    complaint = setting.check(value) if setting.check else None
    return f"{name} {complaint}" if complaint else None


def read(names: Iterable[str], env: Mapping[str, str], required: Iterable[str] = ()) -> dict[str, str]:
    """Name -> value, or else default, of these settings; each may come from a file, which <NAME>_FILE names.

    required: those whose absence is an error, if the table says that they are. Raises ConfigError, which names every setting
    that is missing or wrong.
    """
    problems: list[str] = []
    found = {name: _value(name, env, problems) for name in names}
    unread = {name for name in found if any(text.startswith(f"{name}_FILE ") for text in problems)}
    wanted = set(required) - unread
    problems += [text for name, value in found.items() if (text := _problem(name, value, name in wanted))]
    if problems:
        raise ConfigError("configuration: " + "; ".join(problems))
    return {name: value or SETTINGS[name].default for name, value in found.items()}


def load(needs: Iterable[str], env: Mapping[str, str] | None = None, *, renderer: bool = False) -> Config:
    """The configuration of a function with these needs; renderer: of the renderer, whose own settings are checked as well.

    Raises ConfigError, which names every setting that is missing or wrong.
    """
    env = environ() if env is None else env
    names = dict.fromkeys([*read_by(FUNCTIONS), *(read_by(RENDERER) if renderer else ())])
    values = read(names, env, read_by(FUNCTIONS, frozenset(needs)))
    return Config(
        database_url=values["DATABASE_URL"],
        redis_url=values["REDIS_URL"],
        storage_url=values["STORAGE_URL"],
        renderer_url=values["RENDERER_URL"].rstrip("/"),
        secret_key=values["SECRET_KEY"],
        public_url=values["PUBLIC_URL"].rstrip("/"),
        mcp_origins=tuple(origin.strip() for origin in values["MCP_ORIGINS"].split(",") if origin.strip()),
        aws_endpoint_url=values["AWS_ENDPOINT_URL"],
        log_level=values["LOG_LEVEL"],
        metrics_bind=values["METRICS_BIND"],
        max_render_duration=float(values["MAX_RENDER_DURATION"]),
        user_source_bytes=int(values["USER_SOURCE_MB"]) << 20,
    )
