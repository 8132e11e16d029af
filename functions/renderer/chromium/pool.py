"""A pool of browsers: keeps some started and warm, and leases each to the jobs of one owner, one job at a time.

A browser that ended a job cleanly waits for the next job of the same owner. Nobody else's job ever gets it: a shader may
have taken over what draws there. Jobs without an owner get a browser that nobody had, which is killed afterwards.
"""

import asyncio
import contextlib
import os
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine

from functions.renderer.chromium.browser import Browser
from functions.renderer.chromium.program import Chromium
from functions.renderer.chromium.site import Site
from functions.renderer.chromium.starter import Starter
from functions.renderer.chromium.turns import Turns
from functions.renderer.settings import Settings
from shared.metrics import Counter, Histogram

GRACE_SECONDS = 2.0
"""A leased browser is killed this long after its deadline, whatever became of the job."""
CANARY_SECONDS = 5.0
"""The timeout of the health check's picture."""
PING_SECONDS = 1.0
"""The timeout of the check that a browser still answers before it is leased."""
RENEW_SECONDS = 1.0
"""The timeout of making a browser ready for the next job of its owner."""
REST_SECONDS = 30.0
"""How long a browser waits for the next job of its owner."""
PAUSE_SECONDS = 0.2
"""After a job on a browser that its owner had before, a fresh browser is started only when so long no other job began."""

_JOBS = Histogram(
    "fractafrag_browser_jobs", "Jobs that a browser did in its life.", buckets=(0, 1, 2, 4, 8, 16, 32, 64)
)
_SAVED = Counter("fractafrag_browser_starts_saved", "Jobs that got a browser which their owner had before.")
_ENDS = Counter("fractafrag_browser_ends", "Browsers that ended, by why.", ["reason"])
for _reason in ("used_up", "waited", "displaced", "no_owner", "unclean", "not_renewed", "lost"):
    _ENDS.labels(_reason)  # from 0 on: Prometheus sees no increase in a series that begins at 1


class QueueFull(Exception):
    """As many jobs wait as may wait."""


class Pool:
    """At most `settings.browsers` jobs at once, a fresh browser for each job that might begin now, and as many that wait for their owners."""

    def __init__(self, settings: Settings, site: Site, give_up: Callable[[], None] = lambda: os._exit(1)) -> None:
        """site: the page that every browser loads. give_up: called when no browser starts any more."""
        self.settings = settings
        self.busy = 0
        self.waiting = 0
        self._starter = Starter(settings, site, give_up)
        self._turns = Turns(settings.browsers)
        self._fresh: deque[Browser] = deque()
        self._resting: list[tuple[float, Browser]] = []
        self._returning: set[Browser] = set()
        self._browsers: set[Browser] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting = 0
        self._lacking = 0
        self._arrived = asyncio.Condition()
        self._changed = asyncio.Event()
        self._spare_from = 0.0

    @property
    def chromium(self) -> Chromium | None:
        """How browsers are started."""
        return self._starter.chromium

    @property
    def info(self) -> dict[str, str]:
        """Back end, WebGL's own name, Chromium's version, sandbox."""
        return self._starter.info

    @property
    def made(self) -> int:
        """Browsers that were begun to be started so far."""
        return self._starter.made

    @property
    def idle(self) -> int:
        """Fresh browsers that are ready."""
        return len(self._fresh)

    @property
    def resting(self) -> int:
        """Browsers that wait for the next job of their owner."""
        return len(self._resting)

    async def start(self) -> None:
        """Finds a back end and sandbox that work here, then starts all browsers. Raises ChromiumError with what to do."""
        self._take_in(await self._starter.first())
        self._do(self._keep())

    async def stop(self) -> None:
        """Kills every browser, then Playwright's driver."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        for browser in list(self._browsers):
            browser.kill()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._starter.stop()

    @contextlib.asynccontextmanager
    async def lease(self, owner: str = "") -> AsyncGenerator[Browser]:
        """A browser for one job of this owner ("": of nobody's), once there is one. Raises QueueFull.

        Whoever has it kills it, unless the job ended cleanly.
        """
        at_once = self._turns.free and (self._fresh or self._find_resting(owner))
        if self.waiting >= self.settings.waiting and not at_once:
            raise QueueFull
        self.waiting += 1
        try:
            browser = await self._take(owner)
        finally:
            self.waiting -= 1
        self.busy += 1
        # A consumer that forgets to finish must not keep the browser either.
        limit = asyncio.get_running_loop().call_later(self.settings.deadline + GRACE_SECONDS, browser.kill)
        try:
            yield browser
        finally:
            self.busy -= 1
            limit.cancel()
            self._returning.add(browser)
            self._do(self._give_back(browser))

    async def check(self) -> bool:
        """Whether an idle browser draws a 64 x 64 picture. True when none is idle: jobs and starts have deadlines of their own."""
        while idle := [*self._fresh, *(browser for _, browser in self._resting)]:
            browser = idle[0]
            if await browser.answers("canary", CANARY_SECONDS):
                return True
            if browser in self._fresh or browser in [resting for _, resting in self._resting]:
                self._end(browser, "lost")
                return False
            # A job got it meanwhile, or it was ended: that says nothing.
        return self.busy > 0 or self._starter.failures == 0

    async def _take(self, owner: str) -> Browser:
        await self._turns.take(owner)
        try:
            browser = await self._find(owner)
        except BaseException:
            self._turns.give_back(owner)
            self._changed.set()
            raise
        if browser.jobs:
            _SAVED.inc()
        self._spare_from = time.monotonic() + (PAUSE_SECONDS if browser.jobs else 0)
        browser.owner, browser.jobs, browser.clean = owner, browser.jobs + 1, False
        return browser

    async def _find(self, owner: str) -> Browser:
        while True:
            browser = await self._pick_resting(owner) or await self._await_fresh()
            well = False
            try:
                well = browser.usable and await browser.answers("ping", PING_SECONDS)
            finally:
                if not well:  # or whoever asked has gone meanwhile
                    self._end(browser, "lost")
            if well:
                return browser

    def _find_resting(self, owner: str) -> tuple[float, Browser] | None:
        return next((entry for entry in reversed(self._resting) if owner and entry[1].owner == owner), None)

    def _is_coming_back(self, owner: str) -> bool:
        """Whether a job of this owner has just ended, so that its browser may rest in a moment."""
        return bool(owner) and any(browser.owner == owner for browser in self._returning)

    async def _pick_resting(self, owner: str) -> Browser | None:
        async with self._arrived:
            await self._arrived.wait_for(lambda: self._find_resting(owner) or not self._is_coming_back(owner))
        entry = self._find_resting(owner)
        if entry:
            self._resting.remove(entry)
        return entry and entry[1]

    async def _await_fresh(self) -> Browser:
        self._lacking += 1
        self._changed.set()
        try:
            async with self._arrived:
                await self._arrived.wait_for(lambda: bool(self._fresh))
                return self._fresh.popleft()
        finally:
            self._lacking -= 1

    async def _give_back(self, browser: Browser) -> None:
        """Lets a browser rest for its owner, or kills it, and ends the turn."""
        try:
            reason = self._find_fault(browser)
            if not reason and not await browser.answers("renew", RENEW_SECONDS):
                reason = "not_renewed"
            if reason:
                self._end(browser, reason)
            else:
                self._rest(browser)
        except BaseException:
            self._end(browser, "not_renewed")
            raise
        finally:
            self._returning.discard(browser)
            self._spare_from = max(self._spare_from, time.monotonic() + (PAUSE_SECONDS if browser.jobs > 1 else 0))
            self._turns.give_back(browser.owner)
            await self._tell()

    def _find_fault(self, browser: Browser) -> str:
        """Why a browser cannot serve again; "" if it can."""
        if not browser.clean:
            return "unclean"
        if not browser.usable:
            return "lost"
        if not browser.owner:
            return "no_owner"
        seconds = self.settings.deadline * self.settings.raster_threads
        worn = browser.jobs >= self.settings.reuse or browser.seconds_left < seconds
        return "used_up" if worn else ""

    def _rest(self, browser: Browser) -> None:
        self._resting.append((time.monotonic() + REST_SECONDS, browser))
        if len(self._resting) > self.settings.browsers:
            self._end(self._resting.pop(0)[1], "displaced")

    def _end(self, browser: Browser, reason: str) -> None:
        browser.end_reason = browser.end_reason or reason
        browser.kill()

    async def _keep(self) -> None:
        """Ends what has rested for too long, and starts what is missing."""
        while True:
            self._changed.clear()
            now = time.monotonic()
            while self._resting and self._resting[0][0] <= now:
                self._end(self._resting.pop(0)[1], "waited")
            while self._missing(now) > 0:
                self._starting += 1
                self._do(self._start_one())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._until_next_look(now)):
                    await self._changed.wait()

    def _missing(self, now: float) -> int:
        """Fresh browsers that have to be started: for jobs that lack one, and one for each turn that is free."""
        spare = self._turns.free if now >= self._spare_from else 0
        return self._lacking + spare - len(self._fresh) - self._starting

    def _until_next_look(self, now: float) -> float | None:
        """Seconds; None: until something changes."""
        times = [at for at, _ in self._resting[:1]]
        if self._turns.free and self._spare_from > now:
            times.append(self._spare_from)
        return max(0.0, min(times) - now) if times else None

    async def _start_one(self) -> None:
        try:
            self._take_in(await self._starter.next())
        finally:
            self._starting -= 1
            await self._tell()

    def _take_in(self, browser: Browser) -> None:
        self._browsers.add(browser)
        self._fresh.append(browser)
        self._do(self._bury(browser))

    async def _bury(self, browser: Browser) -> None:
        """Forgets a browser once it is dead."""
        await browser.lost.wait()
        browser.kill()  # where it was lost by itself, its processes and its folder are left
        self._browsers.discard(browser)
        with contextlib.suppress(ValueError):
            self._fresh.remove(browser)
        self._resting = [entry for entry in self._resting if entry[1] is not browser]
        _JOBS.observe(browser.jobs)
        _ENDS.labels(browser.end_reason or ("lost" if browser.clean or not browser.jobs else "unclean")).inc()
        await self._tell()

    async def _tell(self) -> None:
        """Lets whoever waits for a browser, and the keeper, look again."""
        self._changed.set()
        async with self._arrived:
            self._arrived.notify_all()

    def _do(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
