"""The renderer's parts, without a service around them."""

import asyncio
import contextlib
import json
import os
import signal
import stat
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Playwright, async_playwright

from functions.renderer.chromium import program as program_module
from functions.renderer.chromium.browser import Browser
from functions.renderer.chromium.pool import Pool, QueueFull
from functions.renderer.chromium.program import Chromium, ChromiumError, browser_user, find_chromium
from functions.renderer.chromium.site import Site
from functions.renderer.drawing.records import record
from functions.renderer.page.assets import load_site
from functions.renderer.plan.project import Malformed, Refused, read_project
from functions.renderer.settings import Settings, SettingsError, read_settings
from shared.renders.plan import PlanError, read_plan
from tests.renderer.rendering import BRIEF, GOOD, PREVIEW, SMALL, Service, run

# Tries every way out that a page has, and says which of them led anywhere.
ESCAPE = """
const url = "http://127.0.0.1:%d/";
const ways = {
  fetch: () => fetch(url, { mode: "no-cors" }),
  file: () => fetch("file:///etc/passwd"),
  image: () => new Promise((yes, no) => Object.assign(new Image(), { onload: yes, onerror: no, src: url })),
  socket: () => new Promise((yes, no) => Object.assign(new WebSocket(url.replace("http", "ws")),
    { onopen: yes, onerror: no })),
  script: () => import(url),
  window: () => new Promise((_, no) => { open(url + "window"); setTimeout(no, 1200); }),
  beacon: () => navigator.sendBeacon(url) || Promise.reject(),
};
const tried = Object.entries(ways).map(async ([name, go]) => {
  const late = new Promise((_, no) => setTimeout(no, 1500));
  try { await Promise.race([go(), late]); return name; } catch { return ""; }
});
globalThis.renderer = {
  async warm(size) {
    const { openPixelFile } = await import("/page/pixel-file.js");
    return await openPixelFile(size) && { led: (await Promise.all(tried)).filter(Boolean) };
  },
};
"""


class Canary(BaseHTTPRequestHandler):
    """A server that nothing should ever reach."""

    def do_GET(self) -> None:
        self.server.reached.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()

    do_POST = do_GET  # noqa: N815


async def start_browser(folder: Path, site: Site) -> dict[str, Any]:
    """What a fresh browser's page says of itself."""
    async with async_playwright() as playwright:
        user = browser_user()
        path = find_chromium("", playwright.chromium.executable_path, user)
        try:
            return await look(
                playwright, folder.with_suffix(".walled"), Chromium(path, user, "llvmpipe", True, 2), site
            )
        except ChromiumError as error:
            if "RENDERER_SANDBOX" not in str(error):
                raise
            # A container that allows no sandbox: the other walls must hold without it.
            return await look(playwright, folder.with_suffix(".bare"), Chromium(path, user, "llvmpipe", False, 2), site)


async def look(playwright: Playwright, folder: Path, chromium: Chromium, site: Site) -> dict[str, Any]:
    browser = Browser(folder)
    try:
        await browser.start(playwright, chromium, site)
        return browser.info
    finally:
        browser.kill()


def test_page_reaches_neither_network_nor_files(public_folder: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    server.reached = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = load_site()
    script = (ESCAPE % server.server_port).encode()
    files = {**site.files, "/page.js": ("text/javascript", script)}

    async def start_both() -> list[dict[str, Any]]:
        sites = {"strict": Site(files), "lax": Lax(files)}
        return await asyncio.gather(*[start_browser(public_folder / name, site) for name, site in sites.items()])

    for info in run(start_both()):
        # Whether a beacon or a window arrived is for the server to say.
        assert set(info["led"]) <= {"beacon"}
    server.shutdown()
    server.server_close()
    assert server.reached == []  # type: ignore[attr-defined]


class Lax(Site):
    """A site without a content security policy, to see the walls behind it."""

    __slots__ = ()

    async def answer(self, route: Any) -> None:
        path = route.request.url.partition(".invalid")[2]
        if path in self.files:
            await route.fulfill(status=200, content_type=self.files[path][0], body=self.files[path][1])
        else:
            await route.continue_()


def test_swiftshader_stands_in(public_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Mesa is missing, the flags for llvmpipe give something else; the pool notices and says so."""
    flags = program_module.BACKENDS["swiftshader"]
    monkeypatch.setitem(program_module.BACKENDS, "llvmpipe", flags)

    async def settle() -> dict[str, str]:
        pool = Pool(Settings(browsers=1, sandbox="auto"), load_site())
        await pool.start()
        healthy = await pool.check()
        await pool.stop()
        return {**pool.info, "healthy": str(healthy)}

    info = run(settle())
    assert info["backend"] == "swiftshader"
    assert "SwiftShader" in info["webgl"]
    assert info["healthy"] == "True"


def test_queue_of_none_still_serves_idle_browsers() -> None:
    pool = Pool(Settings(waiting=0, sandbox="auto"), load_site())

    async def lease() -> None:
        with pytest.raises(QueueFull):
            async with pool.lease():
                raise AssertionError

    run(lease())


def test_renderer_that_cannot_heal_ends(own_service: Callable[..., Service], public_folder: Path) -> None:
    """A Chromium that stops starting: the worker gives up, its successor cannot start, the service ends with 3."""
    real = find_chromium("", "", "")
    wrapper = public_folder / "chromium"
    wrapper.write_text(f'#!/bin/sh\n[ -e "{public_folder}/broken" ] && exit 7\nexec "{real}" "$@"\n')
    wrapper.chmod(0o755)
    service = own_service(CHROMIUM_PATH=str(wrapper), RENDERER_BROWSERS="1", MAX_RENDER_DURATION="2")
    assert service.render(GOOD, SMALL)["end"]["status"] == "done"
    (public_folder / "broken").touch()
    for process in service.chromium():
        with contextlib.suppress(ProcessLookupError):  # used up, and ending by itself
            os.kill(process.pid, signal.SIGKILL)
    assert service.process.wait(25) == 3
    assert "does not start" in service.log.read_text()


def test_chromium_is_found_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def program(name: str) -> str:
        path = tmp_path / name
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return str(path)

    own = program("own")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium("", own, "") == own
    system = program("chromium")
    assert find_chromium("", own, "") == system
    shell = program("chromium-headless-shell")
    assert find_chromium("", own, "") == shell
    assert find_chromium(own, "", "") == own
    with pytest.raises(ChromiumError, match="CHROMIUM_PATH"):
        find_chromium("/nowhere", own, "")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ChromiumError, match="apt-get install chromium-headless-shell"):
        find_chromium("", "/nowhere", "")
    tmp_path.chmod(stat.S_IRWXU)
    with pytest.raises(ChromiumError, match="nobody"):
        find_chromium(own, "", "nobody")


def test_settings() -> None:
    assert read_settings({}) == Settings()
    chosen = read_settings({"RENDERER_BROWSERS": "3", "MAX_RENDER_DURATION": "4.5", "RENDERER_SANDBOX": "off"})
    assert (chosen.browsers, chosen.deadline, chosen.sandbox) == (3, 4.5, "off")
    for name, value in {"RENDERER_BROWSERS": "0", "MAX_RENDER_DURATION": "x", "RENDERER_SANDBOX": "maybe"}.items():
        with pytest.raises(SettingsError, match=name):
            read_settings({name: value})


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"stills": []}, "stills"),
        ({"stills": [{**SMALL["stills"][0], "width": 5000}]}, "width"),
        ({"stills": [{**SMALL["stills"][0], "width": 64.5}]}, "width"),
        ({"stills": [{**SMALL["stills"][0], "time": True}]}, "time"),
        ({"stills": [{**SMALL["stills"][0], "format": "gif"}]}, "format"),
        ({"clip": {**PREVIEW, "duration": 8.1}}, "duration"),
        ({"clip": {**PREVIEW, "width": 481}}, "even"),
        ({"clip": {**PREVIEW, "name": "poster"}}, "same name"),
    ],
)
def test_wrong_plans(change: dict[str, Any], where: str) -> None:
    with pytest.raises(PlanError, match=where):
        read_plan({**BRIEF, **change}, 8.0)


@pytest.mark.parametrize("code", ["\ud800", 7, None])
def test_wrong_code(code: Any) -> None:
    with pytest.raises(Malformed, match="code"):
        read_project({"passes": [{"type": "image", "code": code}]})


def test_intricate_projects_are_refused() -> None:
    """Playwright goes through every value, in Python and by recursion."""
    deep: list[Any] = []
    for _ in range(300):
        deep = [deep]
    for params, reason in ((deep, "nested"), ([0] * 200_000, "values")):
        with pytest.raises(Refused, match=reason):
            read_project({**GOOD, "params": params})


def test_nul_is_refused() -> None:
    with pytest.raises(Refused, match="NUL"):
        read_project({"passes": [{"type": "image", "code": "a\0b"}]})


def test_record_says_how_long_it_is() -> None:
    line, _, data = record("output", b"\n\n", name="x").partition(b"\n")
    header = json.loads(line)
    assert (header["size"], data) == (2, b"\n\n")
    assert header["sha256"] == "75a11da44c802486bc6f65640aa48a730f0f684c5c07a42ba3cd1735eb3fb070"
