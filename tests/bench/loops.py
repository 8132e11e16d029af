"""What finding endless loops costs: processor time to compile a shader and draw it very small, with and without.

    python -m tests.bench.loops [file or folder ...]

Each shader is compiled alternately in both ways, each time in a browser of its own. It prints a line a shader and the largest
ratio, and asserts nothing. Without arguments it takes the cases, the bench's shaders and the starters that have loops.
"""

import asyncio
import sys
from pathlib import Path
from statistics import median
from typing import Any

from functions.renderer.cli.local_renderer import LocalRenderer, configure_log
from functions.renderer.cli.sources import Source, read_sources
from functions.renderer.drawing.loop_check import LoopCheck
from functions.renderer.glsl.instrument import instrument_loops
from functions.renderer.page.client import Page
from functions.renderer.settings import Settings
from shared.renders.plan import Plan, Still

ROOT = Path(__file__).parents[2]
SHADERS = ("tests/cases/probe-blowup.frag", "tests/bench/render/shaders", "db/seed")
ROUNDS = 5
PLAN = Plan((Still("poster", 1.0, 640, 360, "png"),))
BAR = 1.3


async def measure(renderer: LocalRenderer, project: dict[str, Any], check: bool) -> float:
    """Seconds of processor time until the first small frame is drawn, and with a check until that is done."""
    async with renderer._pool.lease() as browser:  # pyright: ignore[reportPrivateUsage]
        page, before = Page(browser), browser.processor_seconds
        if check:
            loop_check = LoopCheck(page, project, instrument_loops(project))
            await loop_check.load()
            await loop_check.before_drawing(PLAN)
            await page.start(1.0)
            await loop_check.after_start(PLAN)
        else:
            await page.load(project)
            await page.start(1.0)
        seconds = browser.processor_seconds - before
        browser.kill()
        return seconds


async def compare(renderer: LocalRenderer, source: Source) -> float:
    """Prints a shader's line; with by without."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for check in (False, True):
            times[check].append(await measure(renderer, source.project, check))
    without, with_check = median(times[False]), median(times[True])
    print(
        f"{source.name:24} {1000 * without:8.1f} {1000 * with_check:8.1f} ms  x{with_check / without:.2f}", flush=True
    )
    return with_check / without


async def main(paths: list[str]) -> None:
    """Measures all shaders that have loops."""
    sources = [source for source in read_sources(paths) if instrument_loops(source.project).has_loops]
    async with LocalRenderer(Settings(browsers=1, sandbox="auto", deadline=60.0)) as renderer:
        ratios = [await compare(renderer, source) for source in sources]
    print(f"{len(ratios)} shaders: median x{median(ratios):.2f}, largest x{max(ratios):.2f}; the bar is x{BAR}")


if __name__ == "__main__":
    configure_log()
    asyncio.run(main(sys.argv[1:] or [str(ROOT / path) for path in SHADERS]))
