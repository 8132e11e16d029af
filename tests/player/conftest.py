"""The player in a real headless Chromium: one browser for the whole run, one page a test."""

from __future__ import annotations

import mimetypes
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, Route, sync_playwright

PLAYER = Path(__file__).parents[2] / "shared" / "player"
HARNESS = Path(__file__).with_name("harness.js")
ORIGIN = "https://player.invalid/"
LLVMPIPE = ["--use-gl=angle", "--use-angle=gl-egl", "--ignore-gpu-blocklist"]
SWIFTSHADER = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def find_chromium() -> str | None:
    """A setting, else the system's Chromium, else None for Playwright's own."""
    names = ("chromium-headless-shell", "chromium")
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, names)), None)


def launch(playwright: Playwright, graphics: list[str]) -> Browser:
    args = ["--no-sandbox", *graphics]
    return playwright.chromium.launch(executable_path=find_chromium(), args=args)


def has_webgl(browser: Browser) -> bool:
    page = browser.new_page()
    found = page.evaluate("!!document.createElement('canvas').getContext('webgl2')")
    page.close()
    return bool(found)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright, LLVMPIPE)
        if not has_webgl(browser):
            browser.close()
            browser = launch(playwright, SWIFTSHADER)
        yield browser
        browser.close()


def serve(route: Route) -> None:
    """Answers from the player's folder and the harness; nothing else is reachable."""
    path = route.request.url.removeprefix(ORIGIN)
    if not route.request.url.startswith(ORIGIN):
        route.abort()
    elif path == "":
        route.fulfill(content_type="text/html", body="<!doctype html><script type=module src=harness.js></script>")
    else:
        file = HARNESS if path == HARNESS.name else PLAYER / path.removeprefix("player/")
        route.fulfill(content_type=mimetypes.guess_type(file.name)[0], body=file.read_bytes())


class Bench:
    """The harness page, called from Python."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def call(self, name: str, *arguments: Any) -> Any:
        return self.page.evaluate("([name, list]) => window.bench[name](...list)", [name, list(arguments)])

    def load(self, project: Any) -> list[dict[str, Any]]:
        return self.call("load", project)

    def pixel(self, x: int = 0, y: int = 0, **frame: Any) -> list[int]:
        """RGBA bytes of one pixel, from the bottom left, after drawing a frame (8 x 8 unless told)."""
        return self.call("pixel", x, y, {"time": 0, "width": 8, "height": 8, **frame})

    def hash(self, *frames: dict[str, Any]) -> str:
        """A digest of the last frame's bytes, after drawing all of them in order."""
        return self.call("hash", list(frames))


def open_bench(browser: Browser) -> Bench:
    context = browser.new_context()
    context.route("**/*", serve)
    page = context.new_page()
    page.goto(ORIGIN)
    try:
        page.wait_for_function("window.bench", timeout=10_000)
    except Error as error:
        raise AssertionError("the player's modules did not load") from error
    return Bench(page)


@pytest.fixture(scope="session")
def shared_bench(browser: Browser) -> Iterator[Bench]:
    bench = open_bench(browser)
    yield bench
    bench.page.context.close()


@pytest.fixture
def bench(shared_bench: Bench) -> Bench:
    """A new player on a new context, on one page for all tests: a page costs more than a test."""
    shared_bench.call("fresh")
    return shared_bench


@pytest.fixture
def own_page(browser: Browser) -> Iterator[Bench]:
    """For tests that change the page."""
    bench = open_bench(browser)
    yield bench
    bench.page.context.close()
