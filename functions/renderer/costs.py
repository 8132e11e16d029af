"""What a pixel of a project costs, found by drawing; and how heavy that is for whoever opens it."""

from typing import Any

from .browser import Browser

# Seconds of processor time a pixel, from which on a shader is medium, and heavy. What takes a core of a processor
# longer than the latter needs, in full HD at 60 frames a second, more than graphics of laptops and phones have.
MEDIUM, HEAVY = 150e-9, 800e-9


class Costs:
    """Seconds of processor time a pixel, as of the last drawing."""

    def __init__(self, browser: Browser) -> None:
        self.pixel = 0.0
        self._browser = browser

    async def glance(self, times: list[float], size: tuple[int, int], rate: int, *wanted: str) -> dict[str, Any]:
        """Small pictures, looked at in the page as look.js has it. wanted: its switches. Raises BrowserLost."""
        task = {"times": times, "width": size[0], "height": size[1], "rate": rate, **dict.fromkeys(wanted, True)}
        before = self._browser.spent
        seen = await self._browser.call("glance", task)
        self.note(self._browser.spent - before, int(seen["frames"]), size)
        return seen

    def note(self, seconds: float, frames: int, size: tuple[int, int]) -> None:
        """What some frames of this size took."""
        self.pixel = seconds / max(1, frames) / (size[0] * size[1])

    def facts(self, width: int, height: int) -> dict[str, Any]:
        """`frame_ms`: of a picture of this size. `cost`: nanoseconds a pixel. `weight`: light, medium or heavy."""
        weight = "heavy" if self.pixel >= HEAVY else "medium" if self.pixel >= MEDIUM else "light"
        return {
            "frame_ms": round(1000 * self.pixel * width * height, 2),
            "cost": float(f"{1e9 * self.pixel:.2g}"),
            "weight": weight,
        }
