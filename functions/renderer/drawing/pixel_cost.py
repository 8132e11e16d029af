"""What a pixel of a project costs, measured by drawing it, and how heavy that is for whoever opens the shader."""

from typing import Any

from functions.renderer.page.client import Page

MEDIUM, HEAVY = 150e-9, 800e-9
"""Seconds of processor time a pixel from which on a shader is medium, and heavy.

What takes a core of a processor longer than the latter needs, in full HD at 60 frames a second, more than the graphics of
laptops and phones have.
"""


class PixelCost:
    """seconds: of processor time a pixel, as of the last drawing."""

    def __init__(self, page: Page) -> None:
        self.seconds = 0.0
        self._page = page

    async def sample(self, times: list[float], size: tuple[int, int], rate: int, *wanted: str) -> dict[str, Any]:
        """Draws small frames (see Page.sample) and measures them. Raises BrowserLost."""
        before = self._page.browser.processor_seconds
        sampled = await self._page.sample(times, size, rate, *wanted)
        self.measure(self._page.browser.processor_seconds - before, int(sampled["frames"]), size)
        return sampled

    def measure(self, seconds: float, frames: int, size: tuple[int, int]) -> None:
        """Takes over what some frames of this size took."""
        self.seconds = seconds / max(1, frames) / (size[0] * size[1])

    def facts(self, width: int, height: int) -> dict[str, Any]:
        """`frame_ms`: of a picture of this size. `cost`: nanoseconds a pixel. `weight`: light, medium or heavy."""
        weight = "heavy" if self.seconds >= HEAVY else "medium" if self.seconds >= MEDIUM else "light"
        return {
            "frame_ms": round(1000 * self.seconds * width * height, 2),
            "cost": float(f"{1e9 * self.seconds:.2g}"),
            "weight": weight,
        }
