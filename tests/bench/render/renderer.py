"""The renderer as the `fractafrag` command drives it: pool, lease, render, in this process."""

import asyncio
import json
import statistics
import time
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import Any, Self

from functions.renderer.chromium.browser import Browser
from functions.renderer.chromium.pool import Pool
from functions.renderer.drawing.attempt import Job, render
from functions.renderer.glsl.reader_pool import ReaderPool
from functions.renderer.page.assets import load_site
from functions.renderer.plan.fit import Fit, read_fit
from functions.renderer.settings import Settings
from shared.renders.plan import Plan
from tests.bench.render.processes import Reading, read_group, read_service, spent

IDLE_SECONDS = 20.0
POLL_SECONDS = 0.005


class Failed(Exception):
    """A way could not do what it is measured by; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Output:
    """A picture or clip. seconds: from the call of render() to its record."""

    header: dict[str, Any]
    data: bytes
    seconds: float


@dataclass(slots=True)
class Done:
    """A job that went well. reason: None, or too_heavy for a clip. cpu: None where nobody measured. stages: see Stages."""

    reason: str | None = None
    outputs: dict[str, Output] = field(default_factory=dict[str, Output])
    seconds: float = 0.0
    cpu: float | None = None
    stages: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    fit: Fit | None = None


class Service:
    """An asynchronous context: browsers as the service keeps them. reuse: jobs a browser."""

    def __init__(self, browsers: int, deadline: float, reuse: int = Settings().reuse) -> None:
        settings = Settings(browsers=browsers, deadline=deadline, reuse=reuse, sandbox="auto")
        self.pool = Pool(settings, load_site())
        self._readers = ReaderPool(browsers)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Raises ChromiumError."""
        self._stack.push_async_callback(self._readers.stop)
        self._stack.push_async_callback(self.pool.stop)
        try:
            await self._readers.start()
            await self.pool.start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def idle(self) -> None:
        """Waits until every browser is warm. Raises TimeoutError."""
        async with asyncio.timeout(IDLE_SECONDS):
            while self.pool.idle < self.pool.settings.browsers:
                await asyncio.sleep(POLL_SECONDS)

    async def run(self, name: str, project: dict[str, Any], plan: Plan, owner: str = "") -> Done:
        """One job. Raises Failed."""
        async with self.pool.lease(owner) as browser:
            return await self.render(name, browser, Job(project, plan, self.pool.settings.deadline))

    async def start_cpu(self) -> float:
        """CPU-seconds that starting a browser took, of those that are warm."""
        await self.idle()
        groups = [browser._group for browser in self.pool._fresh]  # pyright: ignore[reportPrivateUsage]
        return statistics.mean(sum(read_group(group).values()) for group in groups)

    async def measure(self, name: str, project: dict[str, Any], plan: Plan) -> tuple[Done, float]:
        """One job with its CPU-seconds; beside it the CPU-seconds that starting its browser took. Raises Failed."""
        async with self.pool.lease() as browser:
            meter = Meter(browser)
            done = await self.render(name, browser, Job(project, plan, self.pool.settings.deadline))
            done.cpu = meter.finish()
            return done, meter.start_cpu

    async def render(self, name: str, browser: Browser, job: Job) -> Done:
        """One job in this browser. Raises Failed."""
        done, began = Done(), time.monotonic()
        async with aclosing(render(browser, self._readers, job)) as records:
            async for item in records:
                head, _, data = item.partition(b"\n")
                header, done.seconds = json.loads(head), time.monotonic() - began
                if header["record"] == "output":
                    done.outputs[header["name"]] = Output(header, data, done.seconds)
                elif header["record"] == "fit":
                    done.fit = read_fit(header["fit"], job.plan)
                elif header["record"] == "end":
                    if header["status"] != "done":
                        raise Failed(f"{name}: {header['reason']}: {header['detail']}")
                    done.reason, done.stages = header["reason"], header["stages"]
                    return done
        raise Failed(f"{name}: the stream had no end")


class Meter:
    """CPU-seconds of one job: the browser's whole group, and this service with its helpers.

    Browsers are killed at the end of a job, and their clocks end with them, so the last look is right before.
    """

    def __init__(self, browser: Browser) -> None:
        self._group: int = browser._group  # pyright: ignore[reportPrivateUsage]
        self._kill = browser.kill
        browser.kill = self._look_and_kill
        self._last: Reading | None = None
        self._looking = 0.0
        self._browser = read_group(self._group)
        self.start_cpu = sum(self._browser.values())
        self._service = read_service()

    def _look_and_kill(self) -> None:
        if self._last is None:
            began = time.thread_time()
            self._last = read_group(self._group)
            self._looking += time.thread_time() - began
        self._kill()

    def finish(self) -> float:
        """At the record `end`."""
        began = time.thread_time()
        service = spent(self._service, read_service())
        self._looking += time.thread_time() - began
        return service + spent(self._browser, self._last or read_group(self._group)) - self._looking
