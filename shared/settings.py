"""Configuration: the one place that reads the environment, and says all that is missing at once."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

VERSION = "0.1.0"
"""As in pyproject.toml, which is not in the images."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable.

    need: the adapter that cannot work without it (a word of a manifest's `needs`), or "" when it has a default.
    """

    help: str
    need: str = ""
    default: str = ""


SETTINGS: dict[str, Setting] = {
    "DATABASE_URL": Setting("Postgres with pgvector", need="postgres"),
    "REDIS_URL": Setting("Redis: job queues and caches, nothing that must not be lost", need="redis"),
    "STORAGE_URL": Setting("where pictures are kept: file:///renders or s3://bucket/prefix", need="storage"),
    "RENDERER_URL": Setting("the renderer service", need="renderer"),
    "SECRET_KEY": Setting("signs access tokens; at least 32 characters, from a random source", need="postgres"),
    "PUBLIC_URL": Setting("the address people use, as in the address bar", default="http://localhost"),
    "AWS_ENDPOINT_URL": Setting("another S3 server than Amazon's"),
    "LOG_LEVEL": Setting("debug, info, warning or error", default="info"),
    "METRICS_BIND": Setting("HOST:PORT for /health and /metrics of workers and of reconcile; empty for neither"),
    "MAX_RENDER_DURATION": Setting("seconds that one render may take, and the longest clip", default="8"),
}


class ConfigError(Exception):
    """The environment lacks settings, or has wrong ones."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one process; an empty string is a setting that its function does not need."""

    database_url: str
    redis_url: str
    storage_url: str
    renderer_url: str
    secret_key: str
    public_url: str
    aws_endpoint_url: str
    log_level: str
    metrics_bind: str
    max_render_duration: float


def environ() -> Mapping[str, str]:
    """The process's environment, for the few that read settings of their own from it (the renderer, local mode)."""
    return os.environ


def _problems(env: Mapping[str, str], needs: set[str]) -> Iterable[str]:
    for name, setting in SETTINGS.items():
        if setting.need in needs and not env.get(name):
            yield f"{name} is not set ({setting.help})"
    if "postgres" in needs and 0 < len(env.get("SECRET_KEY", "")) < 32:
        yield "SECRET_KEY is shorter than 32 characters"
    if not re.fullmatch(r"(.+:\d{1,5})?", env.get("METRICS_BIND", "")):
        yield "METRICS_BIND does not look like HOST:PORT"
    try:
        if not 1 <= float(env.get("MAX_RENDER_DURATION") or 8) <= 60:
            yield "MAX_RENDER_DURATION is not between 1 and 60 seconds"
    except ValueError:
        yield "MAX_RENDER_DURATION is not a number"


def _from_files(env: Mapping[str, str]) -> dict[str, str]:
    """The settings that are kept in files: SECRET_KEY_FILE=/run/secrets/key is SECRET_KEY's. Raises ConfigError."""
    files = {name: env[f"{name}_FILE"] for name in SETTINGS if env.get(f"{name}_FILE") and not env.get(name)}
    try:
        return {name: Path(file).read_text().strip() for name, file in files.items()}
    except OSError as error:
        raise ConfigError(f"configuration: a setting's file cannot be read: {error}") from error


def load(needs: Iterable[str], env: Mapping[str, str] | None = None) -> Config:
    """The configuration for a function with these needs; each setting may come from a file, named by <SETTING>_FILE.

    Raises ConfigError, which names every setting that is missing or wrong.
    """
    env = environ() if env is None else env
    env = {**env, **_from_files(env)}
    problems = list(_problems(env, set(needs)))
    if problems:
        raise ConfigError("configuration: " + "; ".join(problems))
    values = {name: env.get(name) or setting.default for name, setting in SETTINGS.items()}
    return Config(
        database_url=values["DATABASE_URL"],
        redis_url=values["REDIS_URL"],
        storage_url=values["STORAGE_URL"],
        renderer_url=values["RENDERER_URL"].rstrip("/"),
        secret_key=values["SECRET_KEY"],
        public_url=values["PUBLIC_URL"].rstrip("/"),
        aws_endpoint_url=values["AWS_ENDPOINT_URL"],
        log_level=values["LOG_LEVEL"],
        metrics_bind=values["METRICS_BIND"],
        max_render_duration=float(values["MAX_RENDER_DURATION"]),
    )
