"""What is compared with, the usual way: a warm page in Chromium on SwiftShader, a screenshot a frame, x264 as ffmpeg sets it up.

All frames are drawn, none is extrapolated. libx264 in PyAV stands in for the ffmpeg program: the same code, without
the cost of a process and its pipe. The whole of it counts: Chromium's process group, Playwright's driver, this process.
"""

import os
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

import av
from playwright.async_api import Page, Route, async_playwright

from functions.renderer.chromium.program import BACKENDS
from functions.renderer.chromium.site import ORIGIN, Site
from functions.renderer.page.assets import CONTENT_TYPES, CONTRACT, load_site
from functions.renderer.page.bundle import bundle
from tests.bench.render.inputs import FPS, FRAMES, HEIGHT, SAMPLES, WIDTH, Shader
from tests.bench.render.processes import read_group, read_service, spent
from tests.bench.render.renderer import Failed
from tests.bench.render.result import Result
from tests.bench.render.video import USUAL, Encoder, compare, encode, size_at

CRFS = (19, 28, 35)
"""Beside ffmpeg's own 23: where sizes at an equal SSIM are looked for."""


class Usual:
    """An asynchronous context: one browser with one page for all shaders."""

    def __init__(self, chromium: str) -> None:
        self._chromium = chromium
        self._stack = AsyncExitStack()
        self._page: Page | None = None
        self._group = 0

    async def __aenter__(self) -> Self:
        playwright = await self._stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(
            executable_path=self._chromium, args=BACKENDS["swiftshader"], chromium_sandbox=False
        )
        self._stack.push_async_callback(browser.close)
        session = await browser.new_browser_cdp_session()
        processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
        self._group = os.getpgid(next(int(process["id"]) for process in processes if process["type"] == "browser"))
        self._page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        await self._page.route("**/*", _answer(_site()))
        await self._page.goto(f"{ORIGIN}/")
        await self._page.screenshot()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def measure(self, shader: Shader) -> tuple[Result, "Screenshots"]:
        """The clip's figures, and its frames. Raises Failed."""
        screenshots = Screenshots()
        began, browser, service = time.monotonic(), read_group(self._group), read_service()
        await self._load(shader)
        for frame in range(FRAMES):
            screenshots.add(await self._screenshot(frame))
        data = screenshots.finish()
        cpu = spent(browser, read_group(self._group)) + spent(service, read_service())
        return Result(cpu, time.monotonic() - began, len(data), screenshots.judge(data)), screenshots

    async def _load(self, shader: Shader) -> None:
        size = {"width": WIDTH, "height": HEIGHT}
        errors = await self._call("load", {"project": shader.project, **size})
        if errors:
            raise Failed(f"{shader.name}: the page says {errors}")

    async def _screenshot(self, frame: int) -> bytes:
        await self._call("draw", {"time": frame / FPS})
        if self._page is None:
            raise Failed("the page has not been opened")
        return await self._page.screenshot(type="png")

    async def _call(self, function: str, argument: Any) -> Any:
        if self._page is None:
            raise Failed("the page has not been opened")
        return await self._page.evaluate(f"argument => usual.{function}(argument)", argument)


class Screenshots:
    """PNG files in, a clip out, as `ffmpeg -f image2pipe` does it."""

    def __init__(self) -> None:
        self._encoder = Encoder(WIDTH, HEIGHT, FPS, USUAL, threads=0)
        self._frames = list[av.VideoFrame]()
        self._pictures = dict[int, bytes]()
        self._points = dict[float, int]()

    def add(self, png: bytes) -> None:
        """The next frame."""
        if len(self._frames) in SAMPLES:
            self._pictures[len(self._frames)] = png
        self._frames.append(self._encoder.add(_decode(png)))

    def finish(self) -> bytes:
        """The clip."""
        return self._encoder.finish()

    def judge(self, clip: bytes) -> float:
        """A clip's SSIM, which is remembered with its size."""
        similarity = compare(
            clip, {frame: _decode(png).to_ndarray(format="rgb24") for frame, png in self._pictures.items()}
        )
        self._points[similarity] = len(clip)
        return similarity

    def size_at(self, similarity: float) -> float:
        """How many bytes this way takes for an SSIM; encodes the same frames at other rate factors."""
        if len(self._points) == 1:
            for crf in CRFS:
                self.judge(encode(self._frames, WIDTH, HEIGHT, FPS, {**USUAL, "crf": str(crf)}))
        return size_at(similarity, self._points)


def _decode(png: bytes) -> av.VideoFrame:
    # A decoder for each: one that is used again keeps state of the picture before, and decodes wrongly.
    (frame,) = av.CodecContext.create("png", "r").decode(av.Packet(png))
    return frame


def _answer(site: Site) -> Callable[[Route], Awaitable[None]]:
    async def answer(route: Route) -> None:  # Playwright sets an attribute on it, which a method cannot have
        await site.answer(route)

    return answer


def _site() -> Site:
    """Another page than the renderer's, with the same player, bundled like there."""
    here, files = Path(__file__).parent, load_site().files
    modules = {path: data.decode() for path, (_, data) in files.items() if path.startswith("/player/")}
    modules |= {"/project/contract.json": CONTRACT.read_text().strip(), "/usual.js": (here / "usual.js").read_text()}
    script = bundle(modules, "/usual.js").encode()
    page = (here / "usual.html").read_bytes()
    return Site({"/": (CONTENT_TYPES[".html"], page), "/usual.js": (CONTENT_TYPES[".js"], script)})
