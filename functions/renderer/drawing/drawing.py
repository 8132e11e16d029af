"""What the steps of an attempt share: the page, the plan's fit so far, what drawing costs, and the budgets."""

import time
from dataclasses import replace
from typing import Any

from functions.renderer.chromium.browser import Browser
from functions.renderer.drawing.job import Job, Progress
from functions.renderer.drawing.pixel_cost import PixelCost
from functions.renderer.page.client import Page
from functions.renderer.plan.clips import CLIP_SHARE, WHOLE_SHARE
from functions.renderer.plan.fit import Fit
from functions.renderer.plan.stills import STEPPED_SHARE, STILLS_SHARE


class Drawing:
    """The state of one attempt at drawing. uses: what the project makes use of, as the player found it."""

    def __init__(self, browser: Browser, job: Job, progress: Progress) -> None:
        self.browser, self.job, self.progress = browser, job, progress
        self.page = Page(browser)
        self.cost = PixelCost(self.page)
        self.fit = job.fit or Fit()
        self.uses: dict[str, Any] = {}
        self._seconds_before = browser.processor_seconds
        self._began = time.monotonic()

    def settle(self, **changes: Any) -> None:
        """Changes the fit, and sends it."""
        self.fit = replace(self.fit, **changes)
        self.progress.send_fit(self.fit)

    def expect(self, seconds: float) -> None:
        """Seconds of drawing from here on."""
        self.progress.expected = self.browser.processor_seconds - self._seconds_before + seconds

    @property
    def builds(self) -> bool:
        """Whether frames build on each other, so that all of them have to be drawn."""
        return self.uses["buffers"] is True or self.uses["discards"] is True

    @property
    def stills_budget(self) -> float:
        """Seconds of processor time for the stills."""
        return self._stills_share * self.job.deadline

    @property
    def remaining_stills_budget(self) -> float:
        """The same once time was lost with stills that turned out too dear."""
        return self._stills_share * max(0.0, self.job.deadline - (time.monotonic() - self._began))

    @property
    def clip_budget(self) -> float:
        """Seconds of processor time for the clip."""
        spent = self.browser.processor_seconds - self._seconds_before
        return min(CLIP_SHARE * self.job.deadline, WHOLE_SHARE * self.job.deadline - spent)

    @property
    def _stills_share(self) -> float:
        return STEPPED_SHARE if self.builds else STILLS_SHARE
