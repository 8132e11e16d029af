"""The supervisor: keeps browsers ready, hands each out once, and replaces it."""

import asyncio
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from playwright.async_api import Playwright, async_playwright

from shared.log import get_logger

from .browser import START_SECONDS, Browser
from .chromium import Chromium, ChromiumError, find_chromium, open_to_all, user_to_be
from .settings import Settings
from .site import Site, load_site

log = get_logger("renderer")

PREFIX = "fractafrag-renderer-"
# Failed starts in a row after which a fresh process is the better cure.
TRIES = 5
PAUSE_SECONDS = 0.3
# A page that dies while Playwright attaches to it is never heard of again. So a start gets a few times what the last
# one took, and twice that after each failure: a machine that has become slower is not given up.
LEAST_START_SECONDS = 2.0
START_PATIENCE = 4
# A leased browser dies this long after its deadline, whatever became of the job.
GRACE_SECONDS = 2.0
CANARY_SECONDS = 5.0
PING_SECONDS = 1.0


class QueueFull(Exception):
    """As many jobs wait as may wait."""


class Pool:
    """Browsers: `settings.browsers` slots, each with one that is ready or at work."""

    def __init__(self, settings: Settings, give_up: Callable[[], None] = lambda: os._exit(1)) -> None:
        self.settings = settings
        self.chromium: Chromium | None = None
        self.info: dict[str, str] = {}
        self.busy = 0
        self.waiting = 0
        self._give_up = give_up
        self._site: Site = load_site()
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
        """Finds out what works here and keeps the first browser. Raises ChromiumError with what to do about it."""
        user = user_to_be()
        self._folder = _own_folder()
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        if user and not open_to_all(self._folder):
            raise ChromiumError(
                f"{self._folder} cannot be reached by the user {user!r}: set TMPDIR to a public folder."
            )
        self._playwright = await self._stack.enter_async_context(async_playwright())
        path = find_chromium(self.settings.chromium_path, self._playwright.chromium.executable_path, user)
        first = await self._settle(path, user)
        if self.info["sandbox"] == "off":
            log.warning("Chromium runs without its sandbox", setting=f"RENDERER_SANDBOX={self.settings.sandbox}")
        log.info("renderer ready", **self.info)
        self._slots = [
            asyncio.create_task(self._keep(first if at == 0 else None)) for at in range(self.settings.browsers)
        ]

    async def _settle(self, path: str, user: str) -> Browser:
        """The first browser, with the best back end that works, and without sandbox only as the settings allow."""
        wanted = self.settings.sandbox
        try:
            return await self._settle_backend(path, user, sandbox=wanted != "off")
        except ChromiumError as error:
            if wanted != "auto" or "RENDERER_SANDBOX" not in str(error):
                raise
            return await self._settle_backend(path, user, sandbox=False)

    async def _settle_backend(self, path: str, user: str, sandbox: bool) -> Browser:
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
            log.warning("back end not available", backend=backend, webgl=webgl)
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

    async def _keep(self, browser: Browser | None) -> None:
        """One slot: a browser, until it is used up or dies; then the next."""
        while True:
            browser = browser or await self._start_patiently()
            self._ready.put_nowait(browser)
            await browser.lost.wait()
            self._browsers.discard(browser)
            browser = None

    async def _start_patiently(self) -> Browser:
        while True:
            try:
                browser = await self._start_one()
            except ChromiumError as error:
                self._failures += 1
                log.error("browser does not start", detail=str(error), failures=self._failures)
                if self._failures >= TRIES:
                    log.critical("no browser starts any more: ending, to be started afresh")
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
            await browser.start(self._playwright, self.chromium, self._site, self._patience)
            if browser.info.get("drawn") is not True:
                raise ChromiumError("Chromium draws, but not what it was told to.")
        except BaseException:
            self._browsers.discard(browser)
            browser.kill()
            raise
        self._start_took = time.monotonic() - began
        return browser

    @property
    def _patience(self) -> float:
        usual = max(LEAST_START_SECONDS, START_PATIENCE * self._start_took)
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
        # Not even a consumer that forgets to finish may keep a browser.
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
        """A real 64 x 64 picture by an idle browser. True when all are at work or being replaced: that has its deadlines."""
        browser = next((browser for browser in self._browsers if browser.usable and not browser.leased), None)
        if browser is None:
            return self.busy > 0 or self._failures == 0
        if await browser.answers("canary", CANARY_SECONDS):
            return True
        browser.kill()
        return False


def _own_folder() -> Path:
    """A folder for this process; those of processes that were killed are swept."""
    base = Path(tempfile.gettempdir())
    for stale in base.glob(f"{PREFIX}*"):
        pid = stale.name.removeprefix(PREFIX).split("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(stale, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)
    return folder
