"""The local stack: its processes, the order in which they start and stop, and restarts."""

import http.client
import os
import shlex
import socket
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg

from containers.local import gateway, postgres, redis
from containers.local.folders import Folders, free_port, secret
from containers.local.process import Child, Command
from containers.manifest import ROOT, Function, function, functions
from db.migrate import migrate
from shared.settings_table import FUNCTIONS, RENDERER, read_by
from shared.stores.db import Database

_PATIENCE = 60.0
"""Seconds that a part may take to come up, on a busy machine."""


@dataclass(frozen=True, slots=True)
class Options:
    """What one run of the stack is like. vite: the site from Vite's development server instead of the built one."""

    port: int = 8080
    vite: bool = False
    node: Path | None = None
    workers: int = 2


_BASE = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
_PASSED = ("PATH", "HOME", "LANG", "TMPDIR")
"""Variables of the caller that every process is given, beside its settings."""


def _passed() -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED if name in os.environ}


def _chosen(names: Iterable[str]) -> dict[str, str]:
    """Those of some settings that the caller has chosen, or the files that hold them."""
    wanted = [variable for name in names for variable in (name, f"{name}_FILE")]
    return {name: os.environ[name] for name in wanted if os.environ.get(name)}


class StackError(Exception):
    """A part of the stack did not come up."""


class Stack:
    """All processes of the stack as children of this one. Start and stop it from one thread: a child dies with its."""

    def __init__(self, folders: Folders, options: Options, say: Callable[[str], None] = lambda _: None):
        self.folders = folders
        self.options = options
        self.children: dict[str, Child] = {}
        self.new = False
        self._say = say
        self._functions = functions()
        # Any ports: of two stacks that start at once, both would find a usual one free, and one would use the other's.
        self._renderer_port = free_port()
        self._vite_port = free_port() if options.vite else None

    @property
    def address(self) -> str:
        """The address of the gateway."""
        return f"http://127.0.0.1:{self.options.port}"

    def environment(self) -> dict[str, str]:
        """What the stack itself sets for functions; the caller's STORAGE_URL and PUBLIC_URL come first."""
        storage = os.environ.get("STORAGE_URL") or f"file://{self.folders.renders}"
        return {
            "DATABASE_URL": postgres.url(self.folders),
            "REDIS_URL": redis.url(self.folders),
            "STORAGE_URL": storage,
            "RENDERER_URL": f"http://127.0.0.1:{self._renderer_port}",
            "PUBLIC_URL": os.environ.get("PUBLIC_URL") or self.address,
            "SECRET_KEY": secret(self.folders, "key"),
        }

    def function_environment(self, item: Function) -> dict[str, str]:
        """The environment of a function's process: the settings that it reads, and nothing of another's."""
        if item.name == RENDERER:
            return {**_BASE, "RENDERER_SANDBOX": "auto", **_passed(), **_chosen(read_by(RENDERER))}
        names = read_by(FUNCTIONS, frozenset(item.needs))
        own = {name: value for name, value in self.environment().items() if name in names}
        aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_") and "storage" in item.needs}
        chosen = _chosen(
            name for name in names if name != "METRICS_BIND"
        )  # copies of a worker would all want that address
        return {**_BASE, **_passed(), **aws, **chosen, **own}

    def _function(self, item: Function) -> Iterator[Command]:
        whole = [sys.executable, "-m", "containers.runtime.serve", item.name]
        environment = self.function_environment(item)
        if item.kind == "worker":
            copies = self.options.workers if item.scale > 1 else 1
            for n in range(1, copies + 1):
                name = f"{item.name}-{n}" if copies > 1 else item.name
                yield Command(name, whole, environment, ROOT)
        else:
            bind = f"unix:{self.folders.socket(item.name)}"
            yield Command(item.name, [*whole, "--bind", bind], environment, ROOT)

    def _renderer(self) -> Command:
        """The renderer gets no address of a store, and no secret."""
        bind = f"127.0.0.1:{self._renderer_port}"
        arguments = [sys.executable, "-m", "containers.runtime.serve", RENDERER, "--bind", bind]
        return Command(RENDERER, arguments, self.function_environment(function(RENDERER)), ROOT)

    def _site(self) -> Command:
        assert self.options.node is not None  # noqa: S101  # Options.vite comes with it
        folder = ROOT / "functions" / "web"
        vite = [str(self.options.node / "node"), "node_modules/vite/bin/vite.js"]
        address = ["--host", "127.0.0.1", "--port", str(self._vite_port), "--strictPort", "--clearScreen", "false"]
        environment = {**_BASE, **_passed(), "VITE_CACHE_DIR": str(self.folders.data / "vite")}
        environment["PATH"] = f"{self.options.node}:{environment.get('PATH', '')}"
        return Command("web", [*vite, *address], environment, folder, patience=2)

    def _launch(self, command: Command) -> Child:
        child = self.children[command.name] = Child(command, self.folders.logs)
        child.start()
        return child

    def start(self) -> None:
        """Starts everything; returns when it can be used. Raises StackError with the log of what failed."""
        self._stores()
        self._launch(self._renderer())
        for item in self._functions:
            if item.name != "renderer" and item.kind != "static":
                for command in self._function(item):
                    self._launch(command)
        if self._vite_port:
            self._launch(self._site())
        s3 = self.environment()["STORAGE_URL"].startswith("s3:")
        configuration = gateway.write(self.folders, self._functions, self.options.port, self._vite_port, s3)
        self._launch(gateway.command(configuration))
        self._write_environment()
        self._wait_functions()

    def _stores(self) -> None:
        self._clear_sockets()
        self.new = postgres.prepare(self.folders)
        self._launch(postgres.command(self.folders))
        self._launch(redis.command(self.folders))
        self._wait("postgres", self._postgres_answers)
        self._wait("redis", lambda: _connects(self.folders.socket("redis")))
        _create_database(self.folders)
        database = Database(postgres.url(self.folders))
        try:
            for name in migrate(database):
                self._say(f"schema: {name}")
        finally:
            database.close()

    def _clear_sockets(self) -> None:
        for path in self.folders.run.glob("*.sock"):
            path.unlink()

    def _postgres_answers(self) -> bool:
        try:
            psycopg.connect(postgres.url(self.folders, "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _wait_functions(self) -> None:
        for item in self._functions:
            if item.kind in ("http", "asgi"):
                self._wait(item.name, partial(_connects, self.folders.socket(item.name)))
        self._wait("renderer", lambda: _answers(self._renderer_port, "/health"))
        if self._vite_port:
            self._wait("web", lambda: _answers(self._vite_port or 0, "/"))
        self._wait("gateway", lambda: _answers(self.options.port, "/health"))

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        until = time.monotonic() + _PATIENCE
        child = self.children[name]
        while not ready():
            if child.ended() is not None or time.monotonic() > until:
                raise StackError(f"{name} did not come up:\n{child.log_tail()}")
            time.sleep(0.05)

    def _write_environment(self) -> None:
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in self.environment().items()]
        handle = os.open(self.folders.environment, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.writelines(lines)

    def tend(self) -> None:
        """Restarts children that ended by themselves; to be called several times a second."""
        for child in self.children.values():
            code = child.ended()
            if code is not None and child.due():
                self._say(f"{child.command.name} ended ({code}); starting it again")
                child.start()

    def restart(self, names: Sequence[str]) -> None:
        """Stops these children cleanly and starts them again, with their new code."""
        chosen = [child for name, child in self.children.items() if name in names]
        for child in chosen:
            child.ask_to_stop()
        until = time.monotonic() + 12
        for child in chosen:
            child.wait_stopped(until)
            child.start()

    def of_function(self, name: str) -> list[str]:
        """The names of a function's processes."""
        return [child for child in self.children if child == name or child.rpartition("-")[0] == name]

    def stop(self) -> None:
        """Stops everything, the stores last."""
        stores = ("postgres", "redis")
        for group in ([n for n in self.children if n not in stores], [n for n in self.children if n in stores]):
            until = time.monotonic() + max((self.children[name].command.patience for name in group), default=0)
            for name in group:
                self.children[name].ask_to_stop()
            for name in group:
                self.children[name].wait_stopped(until)
        self.folders.environment.unlink(missing_ok=True)
        self.children.clear()


def _connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "127.0.0.1"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _create_database(folders: Folders) -> None:
    with psycopg.connect(postgres.url(folders, "postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [postgres.DATABASE]).fetchone()
        if not found:
            connection.execute(f"CREATE DATABASE {postgres.DATABASE}")


@contextmanager
def running(stack: Stack) -> Generator[Stack]:
    """The stack while the block runs; on any end everything is stopped."""
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
