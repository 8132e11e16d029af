"""Runs one function as a process: `python -m containers.serve shaders --bind 0.0.0.0:8000`.

http and asgi functions and services with an app.py are served by gunicorn, services with a server.py run by themselves.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Callable
from typing import Any, cast

from gunicorn.app.base import BaseApplication

from containers.manifest import FUNCTIONS, Function, ManifestError, function
from shared import config, log, metrics
from shared.config import Config, ConfigError

_MEMORY = "/dev/shm"  # noqa: S108  # for the heartbeat file: a disk would stall it
THREADS = 16
"""Requests that one function answers at a time; most of them wait for Postgres."""

# gunicorn takes its logger's lines for itself, as plain text; this gives them back to shared/log.py.
_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "root": {},
    "loggers": {"gunicorn.error": {"handlers": [], "propagate": True}},
}


class _Server(BaseApplication):
    """gunicorn with our settings and no command line of its own. The application is made in the worker, after the fork."""

    def __init__(self, create: Callable[[], Any], settings: dict[str, Any]):
        self._create = create
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._create()


def application(item: Function, settings: Config) -> Any:
    """The WSGI or ASGI application of an http or asgi function, or of a service."""
    if item.kind == "http":
        from shared.app import create_app

        return create_app(item.routes(), settings, item.name)
    return importlib.import_module(f"functions.{item.name}.app").create_app(settings)


def settings_for(item: Function, bind: str) -> dict[str, Any]:
    """gunicorn's settings for a function."""
    asynchronous = item.kind in ("asgi", "service")
    return {
        "bind": [bind],
        "workers": 1,
        "worker_class": "asgi" if asynchronous else "gthread",
        "threads": 1 if asynchronous else THREADS,
        "timeout": item.timeout + 10,
        "graceful_timeout": 10,
        "keepalive": 75,
        **({"worker_tmp_dir": _MEMORY} if os.access(_MEMORY, os.W_OK) else {}),
        "control_socket_disable": True,
        "logger_class": "gunicorn.glogging.Logger",
        "logconfig_dict": _LOGGING,
        "proc_name": f"fractafrag {item.name}",
        "umask": 0o007,
    }


def serve(name: str, bind: str) -> None:
    """Runs the function until it is told to stop. Raises ManifestError or ConfigError."""
    item = function(name)
    settings = config.load(item.needs)
    log.configure(name, settings.log_level)
    metrics.announce(name)
    if (FUNCTIONS / name / "server.py").exists():
        _serve_by_itself(name, settings)
    elif item.kind in ("worker", "static"):
        raise ManifestError(f"{name} is a {item.kind} function; workers run by `python -m containers.work {name}`")
    else:
        _Server(lambda: application(item, settings), settings_for(item, bind)).run()


def _serve_by_itself(name: str, settings: Config) -> None:
    from containers.face import face

    server = cast("Any", importlib.import_module(f"functions.{name}.server"))
    with face(settings.metrics_bind):
        server.serve(settings)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m containers.serve", description=__doc__)
    parser.add_argument("function")
    parser.add_argument("--bind", default="", help="HOST:PORT or unix:PATH; 0.0.0.0 and the function's port by default")
    arguments = parser.parse_args()
    sys.argv = sys.argv[:1]
    try:
        bind = arguments.bind or f"0.0.0.0:{function(arguments.function).port}"  # inside its container
        serve(arguments.function, bind)
    except (ManifestError, ConfigError) as error:
        sys.exit(f"{arguments.function}: {error}")


if __name__ == "__main__":
    main()
