"""The player in a real headless Chromium: one browser for the whole run, a fresh context a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.player.playing import Bench, launch, open_bench


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


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
