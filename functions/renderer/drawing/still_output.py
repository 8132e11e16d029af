"""Encodes, measures and sends stills, one while the next is drawn."""

import asyncio
from typing import Any

from PIL import Image

from functions.renderer.drawing.drawing import Drawing
from functions.renderer.pictures.still import encode, find_palette, measure, open_picture, thumbnail
from shared.renders.plan import STEPS, Still, frame_at
from shared.renders.warnings import Code, warning


class StillOutput:
    """Sends the stills of an attempt; one that is given again, in another size, takes the place of the first."""

    def __init__(self, drawing: Drawing, compile_ms: float) -> None:
        self._drawing, self._compile_ms = drawing, compile_ms
        self._sending: asyncio.Task[None] | None = None

    async def send(self, asked: Still, still: Still, data: bytes) -> None:
        """Sends a still, after the one before it. data: its pixels, RGBA, the bottom row first."""
        await self.wait()
        self._sending = asyncio.create_task(self._send(asked, still, data))

    async def wait(self) -> None:
        """Waits until all are sent."""
        if self._sending:
            await self._sending

    async def _send(self, asked: Still, still: Still, data: bytes) -> None:
        with self._drawing.progress.stages.stage("encode"):
            await self._encode(asked, still, data)

    async def _encode(self, asked: Still, still: Still, data: bytes) -> None:
        progress = self._drawing.progress
        picture = await asyncio.to_thread(open_picture, still, data)
        facts = await asyncio.to_thread(measure, picture, data)
        encoded = await asyncio.to_thread(encode, still, picture)
        if asked.name == self._drawing.job.plan.stills[0].name:
            # Before the picture, so that nobody sees one without its facts.
            progress.send_facts(await asyncio.to_thread(self._summary, still, picture, facts))
        frame = {"frame": frame_at(still.time), "time_delta": 1 / STEPS}
        progress.send_still(still, encoded, **frame, facts=facts, warnings=self._warnings(asked, still, facts))

    def _summary(self, still: Still, picture: Image.Image, facts: dict[str, Any]) -> dict[str, Any]:
        """The facts about the first still that stand for the whole render."""
        seen = {key: value for key, value in facts.items() if key not in ("nan", "inf")}
        share = round((facts["nan"] + facts["inf"]) / (still.width * still.height), 5)
        costs = self._drawing.cost.facts(still.width, still.height)
        palette = find_palette(thumbnail(picture))
        return {"palette": palette, **seen, "nonfinite": share, "compile_ms": self._compile_ms, **costs}

    def _warnings(self, asked: Still, still: Still, facts: dict[str, Any]) -> list[dict[str, str]]:
        found = list[dict[str, str]]()
        if still.width < asked.width:
            sizes = {"asked_width": asked.width, "asked_height": asked.height}
            found.append(warning(Code.SMALLER, width=still.width, height=still.height, **sizes))
        if asked.name in self._drawing.fit.times:
            found.append(warning(Code.MOVED, time=still.time, asked=asked.time))
        if facts["blank"]:
            found.append(warning(Code.BLANK))
        counted = ((Code.NAN, facts["nan"]), (Code.INF, facts["inf"]))
        return [*found, *(warning(code, count=count) for code, count in counted if count)]
