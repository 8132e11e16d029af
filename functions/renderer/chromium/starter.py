"""Starts browsers: finds out what works here, then makes one after the other until it is told to stop."""

import asyncio
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
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


class Starter:
    """Starts browsers that load one site.

    chromium, info: how, once the first has been started. made: how many were begun. failures: in a row, up to now.
    """

    def __init__(self, settings: Settings, site: Site, give_up: Callable[[], None]) -> None:
        """give_up: called when no browser starts any more."""
        self.chromium: Chromium | None = None
        self.info: dict[str, str] = {}
        self.failures = 0
        self._settings = settings
        self._site = site
        self._give_up = give_up
        self._stack = contextlib.AsyncExitStack()
        self._playwright: Playwright | None = None
        self._folder = Path()
        self.made = 0
        self._start_took = START_SECONDS

    async def first(self) -> Browser:
        """Finds a back end and sandbox that work here; the first browser. Raises ChromiumError with what to do."""
        user = browser_user()
        self._folder = _own_folder()
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        if user and not open_to_all(self._folder):
            raise ChromiumError(
                f"{self._folder} cannot be reached by the user {user!r}: set TMPDIR to a public folder."
            )
        self._playwright = await self._stack.enter_async_context(async_playwright())
        path = find_chromium(self._settings.chromium_path, self._playwright.chromium.executable_path, user)
        browser = await self._start_first(path, user)
        if self.info["sandbox"] == "off":
            logger.warning("Chromium runs without its sandbox", setting=f"RENDERER_SANDBOX={self._settings.sandbox}")
        logger.info("renderer ready", **self.info)
        return browser

    async def _start_first(self, path: str, user: str) -> Browser:
        """The first browser, with the best back end that works, and without sandbox only as the settings allow."""
        wanted = self._settings.sandbox
        try:
            return await self._start_with_backend(path, user, sandbox=wanted != "off")
        except ChromiumError as error:
            if wanted != "auto" or "RENDERER_SANDBOX" not in str(error):
                raise
            return await self._start_with_backend(path, user, sandbox=False)

    async def _start_with_backend(self, path: str, user: str, sandbox: bool) -> Browser:
        problem: ChromiumError | None = None
        wanted = self._settings.backend
        for backend in ("llvmpipe", "swiftshader") if wanted == "auto" else (wanted,):
            self.chromium = Chromium(path, user, backend, sandbox, self._settings.raster_threads)
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
        """Ends Playwright's driver; every browser has to be dead by then."""
        with contextlib.suppress(Exception):
            await self._stack.aclose()

    async def next(self) -> Browser:
        """A browser, however often it takes; gives up in between if none starts."""
        while True:
            try:
                browser = await self._start_one()
            except ChromiumError as error:
                self.failures += 1
                logger.error("browser does not start", detail=str(error), failures=self.failures)
                if self.failures >= MAX_FAILURES:
                    logger.critical("no browser starts any more: ending, to be started afresh")
                    self._give_up()
                await asyncio.sleep(PAUSE_SECONDS * self.failures)
            else:
                self.failures = 0
                return browser

    async def _start_one(self) -> Browser:
        if self._playwright is None or self.chromium is None:
            raise ChromiumError("Nothing has been started.")
        self.made += 1
        browser = Browser(self._folder / str(self.made))
        began = time.monotonic()
        try:
            await browser.start(self._playwright, self.chromium, self._site, self._start_timeout)
            if browser.info.get("drawn") is not True:
                raise ChromiumError("Chromium draws, but not what it was told to.")
        except BaseException:
            browser.kill()
            raise
        self._start_took = time.monotonic() - began
        return browser

    @property
    def _start_timeout(self) -> float:
        usual = max(MIN_START_SECONDS, START_PATIENCE * self._start_took)
        return min(START_SECONDS, usual * 2**self.failures)


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
