"""One attempt: a project and a plan in, records out, within a deadline that the browser has no say in."""

import asyncio
import base64
import binascii
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, cast

from shared.log import get_logger
from shared.metrics import Counter

from .browser import Browser, BrowserLost
from .clips import mux, read_encoded
from .loops import Loop
from .motion import measure_motion, read_miniatures
from .pictures import BadOutput, finish, measure, open_picture
from .plan import Clip, Plan, Refused
from .preprocessors import PreprocessorLost, Preprocessors
from .records import end, record

log = get_logger("renderer")

# Part of the key under which outputs are stored: raise it whenever the same project comes out as other bytes.
VERSION = "2"
MOST_ERRORS = 100
LONGEST_MESSAGE = 2_000
TOO_HEAVY = "Too heavy for a moving preview on this machine; the still picture is all there is."

_ATTEMPTS = Counter("fractafrag_render_attempts", "Attempts at drawing, by how they ended.", ["outcome"])
for _outcome in ("done", "too_heavy", "compile_error", "deadline", "refused", "browser_lost", "abandoned"):
    _ATTEMPTS.labels(_outcome)  # from 0 on: of a series that begins at 1 Prometheus sees no increase
_KILLS = Counter("fractafrag_deadline_kills", "Browsers killed since their time was up.")


@dataclass(frozen=True, slots=True)
class Job:
    """What one browser is used up for. deadline: seconds from now for the whole attempt."""

    project: dict[str, Any]
    plan: Plan
    deadline: float


async def render(browser: Browser, preprocessors: Preprocessors, job: Job) -> AsyncGenerator[bytes]:
    """The records of one attempt, each as soon as it is there; the last one is always `end`.

    The browser is dead afterwards, however this ends.
    """
    attempt = _Attempt(browser, preprocessors, job)
    task = asyncio.create_task(attempt.run())
    try:
        while (item := await attempt.records.get()) is not None:
            yield item
    finally:
        browser.kill()
        task.cancel()


def refusal(error: Refused) -> bytes:
    """The one record of a job that no browser is asked for."""
    _tell("failed", 0, "refused", str(error))
    return end("failed", 0, "refused", str(error))


def _tell(status: str, seconds: float, reason: str | None, detail: str | None) -> None:
    _ATTEMPTS.labels(reason or status).inc()
    log.info("rendered", status=status, reason=reason, detail=detail, seconds=round(seconds, 3))


class _Attempt:
    def __init__(self, browser: Browser, preprocessors: Preprocessors, job: Job) -> None:
        self.browser, self.preprocessors, self.job = browser, preprocessors, job
        self.records: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._began = time.monotonic()
        self._missing = {still.name: still for still in job.plan.stills}
        self._measured: dict[str, Any] = {}
        self._facts: dict[str, Any] = {}
        self._fault: BadOutput | None = None
        self._in_order = asyncio.Lock()

    async def run(self) -> None:
        """Puts every record into `records`, then None."""
        try:
            self.records.put_nowait(await self._ending())
        except asyncio.CancelledError:
            _tell("abandoned", self._elapsed, None, "Whoever asked has gone.")
            raise
        except Exception:
            log.exception("the attempt broke")
            self.records.put_nowait(
                self._end("failed", "browser_lost", "The renderer made a mistake; its log says more.")
            )
        finally:
            self.browser.kill()
            self.records.put_nowait(None)

    async def _ending(self) -> bytes:
        try:
            async with asyncio.timeout(self.job.deadline - self._elapsed):
                return await self._go()
        except TimeoutError:
            _KILLS.inc()
            return self._too_late()
        except Refused as error:
            return self._end("failed", "refused", str(error))
        except PreprocessorLost as error:
            return self._end("failed", "browser_lost", f"The code was not read: {error}.")
        except BrowserLost as error:
            return self._end("failed", "browser_lost", f"The browser was lost: {self._fault or error}")

    async def _go(self) -> bytes:
        """Raises Refused, PreprocessorLost, BrowserLost."""
        reading = await self.preprocessors.read(self.job.project)
        argument = {"project": self.job.project, "plan": self.job.plan.document(), "probes": reading.probes}
        budget = 1000 * (self.job.deadline - self._elapsed)
        result = await self.browser.call("render", {**argument, "budget": budget}, self._deliver)
        return self._judge(result, reading.loops)

    async def _deliver(self, message: dict[str, Any]) -> None:
        try:
            async with self._in_order:
                await self._take(message)
        except BadOutput as error:
            self._fault = error
            raise

    async def _take(self, message: dict[str, Any]) -> None:
        """Checks one delivery of the page and passes it on. Raises BadOutput."""
        kind = message.get("kind")
        if kind == "facts":
            self._tell_facts(self._read_facts(message))
        elif kind == "still":
            await self._take_still(str(message.get("name")), _decode(message))
        elif kind == "clip" and self.job.plan.clip:
            await self._take_clip(self.job.plan.clip, message, _decode(message))
        else:
            raise BadOutput("the page sent something unknown")

    async def _take_still(self, name: str, data: bytes) -> None:
        still = self._missing.pop(name, None)
        if still is None:
            raise BadOutput("the page sent a picture that nobody asked for")
        picture = await asyncio.to_thread(open_picture, still, data)
        content_type, data = await asyncio.to_thread(finish, still, picture, data)
        size = {"width": still.width, "height": still.height}
        self.records.put_nowait(record("output", data, name=name, type=content_type, **size, time=still.time))
        if not self._measured:
            self._measured = await asyncio.to_thread(measure, picture)

    async def _take_clip(self, clip: Clip, message: dict[str, Any], data: bytes) -> None:
        encoded = read_encoded(clip, message, data)
        miniatures = read_miniatures(message.get("miniatures"), encoded.frames)
        content_type, data = await asyncio.to_thread(mux, encoded)
        # Before the clip, so that nobody has it without knowing whether it flashes.
        self._tell_facts(await asyncio.to_thread(measure_motion, miniatures, encoded.fps))
        shape = {"width": encoded.width, "height": encoded.height, "fps": encoded.fps, "frames": encoded.frames}
        seconds = round(encoded.frames / encoded.fps, 3)
        self.records.put_nowait(record("output", data, name=clip.name, type=content_type, **shape, duration=seconds))

    def _read_facts(self, message: dict[str, Any]) -> dict[str, Any]:
        times = {key: round(float(message.get(key) or 0), 2) for key in ("compile_ms", "frame_ms")}
        return {"moves": message.get("moves") is True, **times, **self._measured}

    def _tell_facts(self, facts: dict[str, Any]) -> None:
        """All that is known by now: a later record holds the earlier ones' facts too."""
        self._facts |= facts
        self.records.put_nowait(record("facts", **self._facts))

    def _judge(self, answer: Any, loops: list[Loop]) -> bytes:
        """What the page said at the end, in the terms of the `end` record."""
        result = cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}
        status, reason = result.get("status"), result.get("reason")
        if reason == "compile_error":
            return self._end("failed", *_judge_errors(_read_errors(result.get("errors"))))
        if reason == "deadline":
            index = int(result.get("loop") or 0)
            return self._end("failed", reason, loops[index - 1].sentence if 0 < index <= len(loops) else None)
        if status != "done" or self._missing:
            return self._end("failed", "browser_lost", "The page ended without all of the pictures.")
        return self._end("done", "too_heavy", TOO_HEAVY) if reason == "too_heavy" else self._end("done")

    def _too_late(self) -> bytes:
        if not self._missing:
            return self._end("done", "too_heavy", TOO_HEAVY)
        return self._end("failed", "deadline", f"No picture within {self.job.deadline:g} s.")

    def _end(self, status: str, reason: str | None = None, detail: str | None = None, errors: Any = None) -> bytes:
        _tell(status, self._elapsed, reason, detail)
        return end(status, self._elapsed, reason, detail, errors)

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._began


def _read_errors(value: Any) -> list[dict[str, Any]]:
    """Compile errors as `{pass, line, column, message}`, whatever the page sent."""
    errors = [cast("dict[str, Any]", error) for error in cast("list[Any]", value or []) if isinstance(error, dict)]
    return [
        {
            "pass": str(error.get("pass"))[:16],
            "line": int(error.get("line") or 1),
            "column": int(error["column"]) if error.get("column") else None,
            "message": str(error.get("message"))[:LONGEST_MESSAGE],
        }
        for error in errors[:MOST_ERRORS]
    ]


def _judge_errors(errors: list[dict[str, Any]]) -> tuple[str, str, list[dict[str, Any]]]:
    """Reason, detail and errors. The compiler refuses the plainest endless loops itself."""
    for error in errors:
        if error["message"].startswith("Infinite loop"):
            return "deadline", Loop(error["pass"], error["line"]).sentence, errors
    return "compile_error", f"{len(errors)} compile error{'s' if len(errors) > 1 else ''}.", errors


def _decode(message: dict[str, Any]) -> bytes:
    try:
        return base64.b64decode(message["data"], validate=True)
    except (KeyError, TypeError, binascii.Error) as error:
        raise BadOutput("the page sent no bytes") from error
