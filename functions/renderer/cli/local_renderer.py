"""The renderer without its service: browsers for as long as a command runs, and jobs on them."""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import Any, Self

import structlog

from functions.renderer.chromium.pool import Pool
from functions.renderer.chromium.program import ChromiumError
from functions.renderer.drawing.attempt import render
from functions.renderer.drawing.job import Job
from functions.renderer.glsl.reader_pool import ReaderPool
from functions.renderer.page.assets import load_site
from functions.renderer.settings import Settings
from shared.renders.plan import Plan

TRIES = 3
"""Attempts at a job whose browser is lost, as in the render worker."""
OWNER = "whoever runs the command"
"""Of every job."""
Deliver = Callable[[dict[str, Any], bytes], Awaitable[None]]


@dataclass(slots=True)
class Outcome:
    """How a job ended. status: done, failed. reason: None, compile_error, deadline, refused, too_heavy, browser_lost.

    warnings: `{code, message}`, the project's and those of what was delivered, each once. possible: what would do of what
    is too heavy.
    """

    status: str = "failed"
    reason: str | None = "browser_lost"
    detail: str | None = None
    errors: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    warnings: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    possible: dict[str, Any] | None = None
    delivered: list[str] = field(default_factory=list[str])

    @classmethod
    def of_fault(cls, fault: tuple[str, str]) -> Self:
        """The outcome of a shader that cannot be rendered at all."""
        return cls(reason=fault[0], detail=fault[1])

    def take(self, header: dict[str, Any]) -> None:
        """Takes over what a record says."""
        self.warnings += [warning for warning in header.get("warnings", []) if warning not in self.warnings]
        match header["record"]:
            case "output":
                self.delivered.append(header["name"])
            case "facts":
                self.facts |= {key: value for key, value in header.items() if key not in ("record", "size")}
            case "end":
                self.status, self.reason, self.possible = header["status"], header["reason"], header["possible"]
                self.detail, self.errors = header["detail"], header["errors"]
            case _:
                pass

    @property
    def fine(self) -> bool:
        """Whether everything that was asked for was made."""
        return self.status == "done" and self.reason is None


class LocalRenderer:
    """An asynchronous context with a pool of browsers; no process and no folder is left after it."""

    def __init__(self, settings: Settings) -> None:
        self.deadline = settings.deadline
        self._gate = asyncio.Semaphore(settings.browsers)
        self._pool = Pool(settings, load_site(), self._give_up)
        self._readers = ReaderPool(settings.browsers)
        self._stack = AsyncExitStack()
        self._task: asyncio.Task[Any] | None = None
        self._broken = False

    @property
    def info(self) -> dict[str, str]:
        """Back end, WebGL's own name, Chromium's version, sandbox."""
        return self._pool.info

    async def __aenter__(self) -> Self:
        """Raises ChromiumError."""
        self._task = asyncio.current_task()
        try:
            self._stack.push_async_callback(self._readers.stop)
            self._stack.push_async_callback(self._pool.stop)
            await self._readers.start()
            await self._pool.start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        if self._broken:
            raise ChromiumError("No browser starts any more.")

    def _give_up(self) -> None:
        self._broken = True
        if self._task:
            self._task.cancel()

    async def run(self, project: dict[str, Any], plan: Plan, deliver: Deliver | None = None) -> Outcome:
        """Runs a job once a browser is free, and again where the browser is lost before it brought an output."""
        outcome = Outcome()
        for _ in range(TRIES):
            async with self._gate:
                outcome = await self._try(project, plan, deliver)
            if outcome.reason != "browser_lost" or outcome.delivered:
                break
        return outcome

    async def _try(self, project: dict[str, Any], plan: Plan, deliver: Deliver | None) -> Outcome:
        outcome = Outcome()
        began = time.monotonic()
        async with (
            self._pool.lease(OWNER) as browser,
            aclosing(render(browser, self._readers, Job(project, plan, self.deadline))) as records,
        ):
            async for item in records:
                head, _, data = item.partition(b"\n")
                header = json.loads(head)
                outcome.take(header)
                if header["record"] == "output" and deliver:
                    await deliver({**header, "seconds": round(time.monotonic() - began, 3)}, data)
        return outcome


def configure_log() -> None:
    """Logs warnings and errors as plain lines on stderr: stdout is for results."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s", force=True)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.processors.format_exc_info, _plain],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _plain(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    text, exception = event.pop("event"), event.pop("exception", None)
    details = ", ".join(f"{key} {value}" for key, value in event.items())
    return f"fractafrag: {text}" + (f" ({details})" if details else "") + (f"\n{exception}" if exception else "")
