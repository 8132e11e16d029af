"""Runs one function as a process: `python -m containers.runtime.serve shaders --bind 0.0.0.0:8000`; or several: `auth,feed,shaders`.

http and asgi functions and services with an app.py are served by gunicorn; workers and services with a server.py run by
themselves.
"""

import argparse
import ctypes
import gc
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

from gunicorn.app.base import BaseApplication

from containers.manifest import FUNCTIONS, Function, ManifestError, function
from containers.runtime import refusals
from shared import log, metrics
from shared import settings as config
from shared.settings import Config, ConfigError

_MEMORY = "/dev/shm"  # noqa: S108  # for the heartbeat file: a disk would stall it
THREADS = 16
"""Concurrent requests of one function; most of them wait for Postgres."""
_M_MMAP_THRESHOLD = -3
"""mallopt's name for it, in glibc's malloc.h."""
_RETURNED = 128 * 1024
"""Bytes from which an allocation goes back to the system when it is freed."""

# gunicorn would print its own log lines as plain text; this routes them through shared/log.py.
_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "root": {},
    "loggers": {"gunicorn.error": {"handlers": [], "propagate": True}},
}


class _Server(BaseApplication):
    """gunicorn without its command line. The application is created in the worker process, after the fork."""

    def __init__(self, create: Callable[[], Any], settings: dict[str, Any]):
        self._create = create
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._create()


def chosen(names: str) -> list[Function]:
    """The functions of a name, or of several http functions' names with commas between. Raises ManifestError."""
    items = [function(name) for name in names.split(",")]
    others = [item.name for item in items if item.kind != "http"]
    if len(items) > 1 and others:
        raise ManifestError(f"only http functions run together, not {', '.join(others)}")
    return items


def combined(items: Sequence[Function]) -> Function:
    """The functions as one: the function itself, or several combined under the name `api` with all their needs."""
    if len(items) == 1:
        return items[0]
    needs = tuple(sorted({need for item in items for need in item.needs}))
    return replace(items[0], name="api", needs=needs, timeout=max(item.timeout for item in items))


def factory(items: Sequence[Function]) -> Callable[[Config], Any]:
    """Returns what creates the WSGI or ASGI application. Modules are imported here, before the fork, to share their memory."""
    if items[0].kind != "http":
        return cast("Any", importlib.import_module(f"functions.{items[0].name}.app")).create_app
    from shared.http.app import create_app

    routes = {template: resource for item in items for template, resource in item.routes().items()}
    return lambda settings: create_app(routes, settings, combined(items).name)


def settings_for(item: Function, bind: str) -> dict[str, Any]:
    """gunicorn's settings for a function."""
    asynchronous = item.kind in ("asgi", "service")
    return {
        "bind": [bind],
        "workers": 1,
        "worker_class": "asgi" if asynchronous else "gthread",
        "threads": 1 if asynchronous else THREADS,
        "timeout": item.timeout + 10,
        # Streams of agents stay open for as long as they may; a wait for a render ends by itself.
        "graceful_timeout": 10 if asynchronous else 30,
        "keepalive": 75,
        # As the gateway, which adds headers of its own: what it lets through is not refused here.
        "limit_request_line": 8190,
        "limit_request_fields": 200,
        **({"worker_tmp_dir": _MEMORY} if os.access(_MEMORY, os.W_OK) else {}),
        "control_socket_disable": True,
        "logger_class": "gunicorn.glogging.Logger",
        "logconfig_dict": _LOGGING,
        "proc_name": f"fractafrag {item.name}",
        "umask": 0o007,
    }


def return_memory() -> None:
    """Keeps glibc from raising its threshold with each big body, after which every thread would hoard megabytes."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _RETURNED)


def serve(names: str, bind: str) -> None:
    """Runs the function, or http functions, until it is told to stop. Raises ManifestError or ConfigError."""
    return_memory()
    gc.disable()  # while importing: saves a fifth of the time to the first answer
    items = chosen(names)
    item = combined(items)
    settings = config.load(item.needs, renderer=item.name == "renderer")
    log.configure(item.name, settings.log_level)
    metrics.announce(item.name)
    if item.kind == "static":
        raise ManifestError(f"{names} is static: it has no process of its own")
    if item.kind == "worker" or (FUNCTIONS / item.name / "server.py").exists():
        _run_by_itself(item, settings)
    else:
        create = factory(items)
        refusals.install()
        gc.freeze()  # so that the worker process shares what was allocated before the fork
        gc.enable()
        _Server(lambda: create(settings), settings_for(item, bind or f"0.0.0.0:{item.port}")).run()


def _run_by_itself(item: Function, settings: Config) -> None:
    """With a health server at METRICS_BIND, since it answers no requests of its own."""
    from containers.runtime.health_server import health_server

    run = _runner(item)
    gc.enable()
    with health_server(settings.metrics_bind):
        run(settings)


def _runner(item: Function) -> Callable[[Config], None]:
    if item.kind == "worker":
        from containers.runtime.work import work  # the renderer's image has neither RQ nor Redis

        return partial(work, item.name)
    return cast("Any", importlib.import_module(f"functions.{item.name}.server")).serve


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m containers.runtime.serve", description=__doc__)
    parser.add_argument("function")
    parser.add_argument("--bind", default="", help="HOST:PORT or unix:PATH; 0.0.0.0 and the function's port by default")
    arguments = parser.parse_args()
    sys.argv = sys.argv[:1]
    try:
        serve(arguments.function, arguments.bind)
    except (ManifestError, ConfigError) as error:
        sys.exit(f"{arguments.function}: {error}")


if __name__ == "__main__":
    main()
