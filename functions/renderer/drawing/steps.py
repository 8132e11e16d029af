"""The steps of one render attempt: compile, choose a size, draw the stills, look for motion, then draw the clip."""

import hashlib
import json
from typing import Any, cast

from functions.renderer.chromium.browser import Browser
from functions.renderer.drawing.drawing import Drawing
from functions.renderer.drawing.job import CompileErrors, Job, Progress
from functions.renderer.drawing.loop_check import LoopCheck
from functions.renderer.drawing.preview import Preview
from functions.renderer.drawing.stills import Stills
from functions.renderer.glsl.instrument import Instrumented
from shared.renders.warnings import Code, warning


class Steps:
    """The steps of one attempt."""

    def __init__(self, browser: Browser, job: Job, progress: Progress, instrumented: Instrumented) -> None:
        self._drawing = Drawing(browser, job, progress)
        self._loop_check = LoopCheck(self._drawing.page, job.project, instrumented)

    @property
    def suspicious(self) -> bool:
        """Whether it came so near to what the driver ends that the browser had better not serve again."""
        return self._loop_check.was_cut

    async def go(self) -> bool:
        """Makes everything; False when there is no clip although one was wanted.

        Raises CompileErrors, EndlessLoop, TooHeavy, BrowserLost, BadOutput.
        """
        with self._drawing.progress.stages.stage("compile"):
            compile_ms = await self._compile()
        await Stills(self._drawing, self._loop_check, compile_ms).make()
        with self._drawing.progress.stages.stage("preview"):
            return await Preview(self._drawing).make()

    async def _compile(self) -> float:
        """Milliseconds of processor time that compiling took."""
        drawing, browser = self._drawing, self._drawing.browser
        before = browser.processor_seconds
        loaded = await self._loop_check.load()
        if loaded.get("errors"):
            raise CompileErrors(loaded["errors"])
        drawing.uses = loaded["uses"]
        if warnings := _read_warnings(loaded["warnings"]):
            drawing.progress.send_warnings(warnings)
        compiled = browser.processor_seconds - before
        with drawing.progress.stages.stage("loops"):
            await self._loop_check.before_drawing(drawing.job.plan)
        before = browser.processor_seconds
        await drawing.page.start(drawing.job.plan.stills[0].time)
        compiled += browser.processor_seconds - before
        with drawing.progress.stages.stage("loops"):
            await self._loop_check.after_start(drawing.job.plan)
        return self._first_time(round(1000 * compiled, 2))

    def _first_time(self, compile_ms: float) -> float:
        """What compiling took when this browser first saw the source: later on it is there already."""
        known = self._drawing.browser.compile_ms
        sources = [item.get("code") for item in self._drawing.job.project["passes"]]
        return known.setdefault(hashlib.sha256(json.dumps(sources).encode()).hexdigest(), compile_ms)


def _read_warnings(found: Any) -> list[dict[str, str]]:
    """What the player found odd, as warnings of the render."""
    items = cast("list[dict[str, Any]]", found)
    return [warning(Code(item["code"]), where=_pass_name(str(item["pass"])), **_named(item)) for item in items]


def _pass_name(identifier: str) -> str:
    return "Image" if identifier == "image" else f"Buffer {identifier}"


def _named(item: dict[str, Any]) -> dict[str, Any]:
    return {key: item[key] for key in ("channel", "source") if key in item}
