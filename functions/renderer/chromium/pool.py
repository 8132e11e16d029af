"""A pool of browsers: keeps them started and warm, leases each to one job, kills and replaces it."""

import asyncio
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from playwright.async_api import Playwright, async_playwright

from functions.renderer.chromium.browser import START_SECONDS, Browser
from functions.renderer.chromium.program import Chromium, ChromiumError, browser_user, find_chromium, open_to_all
from functions.renderer.chromium.site import Site
from functions.renderer.settings import Settings
from shared import log

logger = log.get_logger()

PREFIX = "fractafrag-renderer-"
"""How the names of the browsers' folders begin, in the folder for temporary files."""
MAX_FAILURES = 5
"""Failed starts in a row after which the process ends, to be started afresh."""
PAUSE_SECONDS = 0.3
"""Between two tries to start a browser, times the number of failures."""
MIN_START_SECONDS = 2.0
"""The shortest timeout of a start."""
START_PATIENCE = 4
"""A start may take so many times what the last one took, and twice that after each failure.

A page that dies while Playwright attaches to it is never heard of again, so a start needs a timeout; but a machine that has
become slower must not be given up.
"""
GRACE_SECONDS = 2.0
"""A leased browser is killed this long after its deadline, whatever became of the job."""
CANARY_SECONDS = 5.0
"""The timeout of the health check's picture."""
PING_SECONDS = 1.0
"""The timeout of the check that a browser still answers before it is leased."""


class QueueFull(Exception):
    """As many jobs wait as may wait."""


class Pool:
    """`settings.browsers` slots, each with a browser that is ready or at work."""

    def __init__(self, settings: Settings, site: Site, give_up: Callable[[], None] = lambda: os._exit(1)) -> None:
        """site: the page that every browser loads. give_up: called when no browser starts any more."""
        self.settings = settings
        self.chromium: Chromium | None = None
        self.info: dict[str, str] = {}
        self.busy = 0
        self.waiting = 0
        self._give_up = give_up
        self._site = site
        self._ready: asyncio.Queue[Browser] = asyncio.Queue()
        self._slots: list[asyncio.Task[None]] = []
        self._browsers: set[Browser] = set()
        self._stack = contextlib.AsyncExitStack()
        self._playwright: Playwright | None = None
        self._folder = Path()
        self._made = 0
        self._failures = 0
        self._start_took = START_SECONDS

    @property
    def idle(self) -> int:
        """Browsers that are ready."""
        return self._ready.qsize()

    async def start(self) -> None:
        """Finds a back end and sandbox that work here, then starts all browsers. Raises ChromiumError with what to do."""
        user = browser_user()
        self._folder = _own_folder()
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        if user and not open_to_all(self._folder):
            raise ChromiumError(
                f"{self._folder} cannot be reached by the user {user!r}: set TMPDIR to a public folder."
            )
        self._playwright = await self._stack.enter_async_context(async_playwright())
        path = find_chromium(self.settings.chromium_path, self._playwright.chromium.executable_path, user)
        first = await self._start_first(path, user)
        if self.info["sandbox"] == "off":
            logger.warning("Chromium runs without its sandbox", setting=f"RENDERER_SANDBOX={self.settings.sandbox}")
        logger.info("renderer ready", **self.info)
        self._slots = [
            asyncio.create_task(self._fill_slot(first if at == 0 else None)) for at in range(self.settings.browsers)
        ]

    async def _start_first(self, path: str, user: str) -> Browser:
        """The first browser, with the best back end that works, and without sandbox only as the settings allow."""
        wanted = self.settings.sandbox
        try:
            return await self._start_with_backend(path, user, sandbox=wanted != "off")
        except ChromiumError as error:
            if wanted != "auto" or "RENDERER_SANDBOX" not in str(error):
                raise
            return await self._start_with_backend(path, user, sandbox=False)

    async def _start_with_backend(self, path: str, user: str, sandbox: bool) -> Browser:
        problem: ChromiumError | None = None
        wanted = self.settings.backend
        for backend in ("llvmpipe", "swiftshader") if wanted == "auto" else (wanted,):
            self.chromium = Chromium(path, user, backend, sandbox, self.settings.raster_threads)
            try:
                browser = await self._start_one()
            except ChromiumError as error:
                if "RENDERER_SANDBOX" in str(error):
                    raise
                problem = error
                continue
            webgl = str(browser.info.get("webgl"))
            if self.chromium.is_drawn_with(webgl):
                self.info = {"backend": backend, "webgl": webgl, "chromium": browser.version}
                self.info["sandbox"] = "on" if sandbox else "off"
                return browser
            browser.kill()
            problem = ChromiumError(f"Chromium draws with {webgl!r}, which is not {backend} (RENDERER_BACKEND).")
            logger.warning("back end not available", backend=backend, webgl=webgl)
        raise problem or ChromiumError("Chromium has no back end.")

    async def stop(self) -> None:
        """Kills every browser, then Playwright's driver."""
        for slot in self._slots:
            slot.cancel()
        for browser in list(self._browsers):
            browser.kill()
        await asyncio.gather(*self._slots, return_exceptions=True)
        with contextlib.suppress(Exception):
            await self._stack.aclose()

    async def _fill_slot(self, browser: Browser | None) -> None:
        """One slot: a browser until it is dead, then the next one."""
        while True:
            browser = browser or await self._start_until_it_works()
            self._ready.put_nowait(browser)
            await browser.lost.wait()
            self._browsers.discard(browser)
            browser = None

    async def _start_until_it_works(self) -> Browser:
        while True:
            try:
                browser = await self._start_one()
            except ChromiumError as error:
                self._failures += 1
                logger.error("browser does not start", detail=str(error), failures=self._failures)
                if self._failures >= MAX_FAILURES:
                    logger.critical("no browser starts any more: ending, to be started afresh")
                    self._give_up()
                await asyncio.sleep(PAUSE_SECONDS * self._failures)
            else:
                self._failures = 0
                return browser

    async def _start_one(self) -> Browser:
        if self._playwright is None or self.chromium is None:
            raise ChromiumError("The pool has not been started.")
        self._made += 1
        browser = Browser(self._folder / str(self._made))
        self._browsers.add(browser)
        began = time.monotonic()
        try:
            await browser.start(self._playwright, self.chromium, self._site, self._start_timeout)
            if browser.info.get("drawn") is not True:
                raise ChromiumError("Chromium draws, but not what it was told to.")
        except BaseException:
            self._browsers.discard(browser)
            browser.kill()
            raise
        self._start_took = time.monotonic() - began
        return browser

    @property
    def _start_timeout(self) -> float:
        usual = max(MIN_START_SECONDS, START_PATIENCE * self._start_took)
        return min(START_SECONDS, usual * 2**self._failures)

    @contextlib.asynccontextmanager
    async def lease(self) -> AsyncGenerator[Browser]:
        """A browser for one job, once there is one; killed when given back. Raises QueueFull."""
        if self.waiting >= self.settings.waiting and not self.idle:
            raise QueueFull
        self.waiting += 1
        try:
            browser = await self._take()
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
            browser.kill()

    async def _take(self) -> Browser:
        while True:
            browser = await self._ready.get()
            if browser.usable and await browser.answers("ping", PING_SECONDS):
                browser.leased = True
                return browser
            browser.kill()

    async def check(self) -> bool:
        """Whether an idle browser draws a 64 x 64 picture. True when none is idle: jobs and starts have deadlines of their own."""
        browser = next((browser for browser in self._browsers if browser.usable and not browser.leased), None)
        if browser is None:
            return self.busy > 0 or self._failures == 0
        if await browser.answers("canary", CANARY_SECONDS):
            return True
        browser.kill()
        return False


def _own_folder() -> Path:
    """A folder for this process; removes those of processes that were killed."""
    base = Path(tempfile.gettempdir())
    for stale in base.glob(f"{PREFIX}*"):
        pid = stale.name.removeprefix(PREFIX).split("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(stale, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)
    return folder
