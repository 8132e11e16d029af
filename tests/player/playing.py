"""Chromium with the player on a page, and a handle on that page."""

from __future__ import annotations

import mimetypes
import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, Playwright, Route

from functions.renderer.chromium.program import BACKENDS, find_chromium

ROOT = Path(__file__).parents[2]
SHARED = ROOT / "shared"
HARNESS = Path(__file__).with_name("harness.js")
ORIGIN = "https://player.invalid/"


def launch(playwright: Playwright) -> Browser:
    """Chromium on the first back end that has WebGL 2."""
    path = find_chromium(os.environ.get("CHROMIUM_PATH", ""), playwright.chromium.executable_path, "")
    for flags in BACKENDS.values():
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", *flags])
        if has_webgl(browser):
            return browser
        browser.close()
    raise AssertionError("Chromium has no WebGL 2 on any back end")


def has_webgl(browser: Browser) -> bool:
    page = browser.new_page()
    found = page.evaluate("!!document.createElement('canvas').getContext('webgl2')")
    page.close()
    return bool(found)


def serve(route: Route) -> None:
    """Answers from the player's folder and the harness; nothing else is reachable."""
    path = route.request.url.removeprefix(ORIGIN)
    if not route.request.url.startswith(ORIGIN):
        route.abort()
    elif path == "":
        route.fulfill(content_type="text/html", body="<!doctype html><script type=module src=harness.js></script>")
    else:
        file = HARNESS if path == HARNESS.name else SHARED / path
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
