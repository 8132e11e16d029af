"""A signed-in client of the running stack, and a real browser."""

import os
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from containers.local.stack import Stack
from functions.renderer.chromium.program import find_chromium
from tests.support import Api

SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
SHIFT = """new Promise((done) => {
  let moved = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) moved += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(moved), 1500);
})"""
"""How much of the page has moved by itself so far: the layout shift of Web Vitals."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, drawing in software."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--use-gl=angle", "--use-angle=gl-egl", "--ignore-gpu-blocklist"]
        started = playwright.chromium.launch(
            executable_path=find_chromium(os.environ.get("CHROMIUM_PATH", ""), playwright.chromium.executable_path, ""),
            args=arguments,
        )
        yield started
        started.close()


@pytest.fixture(params=list(SIZES))
def page(request: pytest.FixtureRequest, browser: Browser, stack: Stack) -> Iterator[Page]:
    """A tab of nobody's, on a desktop and on a phone, that may print no error."""
    context = browser.new_context(base_url=stack.address, viewport=SIZES[request.param])  # type: ignore[arg-type]
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda message: problems.append(message.text) if _is_ours(message) else None)
    yield opened
    context.close()
    assert problems == []


def _is_ours(message: Any) -> bool:
    """Errors of the page's own; a refused refresh or a missing thing is an answer, which Chromium prints too."""
    return message.type == "error" and "Failed to load resource" not in message.text


@pytest.fixture
def api(stack: Stack) -> Iterator[Api]:
    """Somebody new."""
    client = Api(stack.address).register(f"user-{secrets.token_hex(4)}")
    yield client
    client.close()
