"""Shaders whose frames build on each other look as on a page whose browser runs at 60 Hz."""

import base64
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from db import starters
from functions.renderer.pictures.similarity import luma, ssim
from shared.renders.plan import ad_hoc
from tests.player.playing import ROOT, Bench, launch, open_bench
from tests.renderer.feedback import FEEDBACK
from tests.renderer.rendering import Record, Service

SIZE = (160, 90)
TIME = 1.5
LIKE = 0.99
STARTERS = (
    "comet-swarm",
    "coral-reaction",
    "echo-chamber",
    "heart-waves",
    "ink-currents",
    "life-embers",
    "ripple-tank",
)
"""Those with buffers."""


def projects() -> dict[str, Record]:
    return FEEDBACK | {name: starters.read(ROOT / "db" / "seed" / name)["project"] for name in STARTERS}


@pytest.fixture(scope="module")
def page() -> Iterator[Bench]:
    with sync_playwright() as playwright:
        browser: Browser = launch(playwright)
        yield open_bench(browser)
        browser.close()


@pytest.fixture(scope="module")
def stills(service: Service) -> dict[str, Any]:
    """The renderer's pictures, by name: drawn by as many browsers as it has."""
    plan = ad_hoc([TIME], *SIZE, "png", 8).document()

    def still(item: tuple[str, Record]) -> tuple[str, Any]:
        made = service.render(item[1], plan)
        assert made["end"]["reason"] is None, (item[0], made["end"])
        assert (made["poster"]["width"], made["poster"]["frame"]) == (SIZE[0], round(60 * TIME))
        return item[0], np.asarray(Image.open(io.BytesIO(made["poster"]["data"])).convert("RGB"))

    with ThreadPoolExecutor(2) as threads:
        return dict(threads.map(still, projects().items()))


def play(page: Bench, project: Record) -> Any:
    """What the player shows on a page at that time, 60 frames a second from the first on."""
    page.call("fresh")
    assert page.load(project) == []
    data = base64.b64decode(page.call("film", round(60 * TIME), *SIZE))
    return np.frombuffer(data, np.uint8).reshape(SIZE[1], SIZE[0], 4)[::-1, :, :3]


@pytest.mark.parametrize("name", [*FEEDBACK, *STARTERS])
def test_a_still_is_what_a_page_shows(page: Bench, stills: dict[str, Any], name: str) -> None:
    shown = luma(play(page, projects()[name]))
    assert shown.std() > 3, "there is something to compare"
    assert ssim(luma(stills[name]), shown) >= LIKE
