"""One attempt at a render job in one browser: records out, and an end within the deadline whatever the browser does."""

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any, cast

from functions.renderer.chromium.browser import Browser, BrowserLost
from functions.renderer.chromium.launcher import MAX_DATA
from functions.renderer.drawing.job import CompileErrors, EndlessLoop, Job, Progress
from functions.renderer.drawing.records import end
from functions.renderer.drawing.stages import Stages
from functions.renderer.drawing.steps import Steps
from functions.renderer.glsl.instrument import Loop
from functions.renderer.glsl.reader_pool import ReaderLost, ReaderPool
from functions.renderer.pictures.still import BadOutput
from functions.renderer.plan.clips import CLIP_SHARE
from functions.renderer.plan.project import Refused
from functions.renderer.plan.stills import STILLS_SHARE, TooHeavy
from shared import log
from shared.metrics import Counter

logger = log.get_logger()

VERSION = "7"
"""Part of the key under which outputs are stored: raise it whenever the same project comes out as other bytes."""
MAX_ERRORS = 100
"""Compile errors that are passed on."""
MAX_MESSAGE = 2_000
"""Characters of a compile error."""
MAX_SOURCE = 256
"""Characters of the line that it quotes; the player quotes 200, and says where it cuts."""
NO_CLIP = "Too heavy for a moving preview; the still picture is all there is."
WATCH_SECONDS = 0.1
"""Between two looks at the memory of the GPU process."""
CLEAN = 0.5
"""Of the same limit: a browser that held more does not serve again."""
FULL = 0.6
"""Of the launcher's limit of memory: a browser that held more when it was lost was lost to that. Drivers allocate in large pieces."""
TOO_LARGE = (
    f"To compile or draw it takes more than {MAX_DATA / 2**30:g} GB of memory: less code, or fewer calls, would help."
)
MIN_SHARE = 0.05
"""Of the deadline, in processor time: a job that got less did not even begin to draw."""
MAX_SHARE = STILLS_SHARE + CLIP_SHARE
"""Of the deadline: no job is planned to take more."""
MARGIN = 1.5
"""Where much is drawn at once processors are slower, so a clip has to have taken so many times what it should before it is given up."""

_ATTEMPTS = Counter("fractafrag_render_attempts", "Attempts at drawing, by how they ended.", ["outcome"])
for _outcome in ("done", "too_heavy", "compile_error", "deadline", "refused", "browser_lost", "abandoned"):
    _ATTEMPTS.labels(_outcome)  # from 0 on: Prometheus sees no increase in a series that begins at 1
_KILLS = Counter("fractafrag_deadline_kills", "Browsers killed since their time was up.")


async def render(browser: Browser, readers: ReaderPool, job: Job) -> AsyncGenerator[bytes]:
    """The records of one attempt, each as soon as it is there; the last one is always `end`.

    Afterwards the browser is `clean`, or else dead.
    """
    attempt = _Attempt(browser, readers, job)
    task = asyncio.create_task(attempt.run())
    try:
        while (item := await attempt.progress.records.get()) is not None:
            yield item
    finally:
        if not browser.clean:
            browser.kill()
            task.cancel()


def refusal(error: Refused) -> bytes:
    """The one record of a job that is refused before it gets a browser."""
    _log_end("failed", 0, "refused", str(error))
    return end("failed", 0, "refused", str(error))


def _log_end(status: str, seconds: float, reason: str | None, detail: str | None, **about: Any) -> None:
    _ATTEMPTS.labels(reason or status).inc()
    logger.info("rendered", status=status, reason=reason, detail=detail, seconds=round(seconds, 3), **about)


class _Attempt:
    """The state of one attempt."""

    def __init__(self, browser: Browser, readers: ReaderPool, job: Job) -> None:
        self.browser, self.readers, self.job = browser, readers, job
        self.progress = Progress(job.plan, Stages(browser))
        self._seconds_before = browser.processor_seconds
        self._began = time.monotonic()
        self._memory = self._most = 0
        self._inherited = browser.data_bytes if browser.jobs > 1 else 0
        """Bytes that the jobs before have left, which are not this one's fault."""

    async def run(self) -> None:
        """Puts every record into `progress.records`, then None."""
        records = self.progress.records
        watching = asyncio.create_task(self._watch_memory())
        try:
            records.put_nowait(await self._ending())
        except asyncio.CancelledError:
            _log_end("abandoned", self._elapsed, None, "Whoever asked has gone.", **self._about)
            raise
        except Exception:
            logger.exception("the attempt broke")
            records.put_nowait(self._end("failed", "browser_lost", "The renderer made a mistake; its log says more."))
        finally:
            watching.cancel()
            if not self.browser.clean:
                self.browser.kill()
            records.put_nowait(None)

    async def _watch_memory(self) -> None:
        while True:
            self._look_at_memory()
            await asyncio.sleep(WATCH_SECONDS)

    def _look_at_memory(self) -> None:
        self._memory = self.browser.data_bytes or self._memory
        self._most = max(self._most, self._memory)

    def _judge_browser(self, well: bool) -> None:
        """Whether the browser may serve again after a job that ended well."""
        self._look_at_memory()
        self.browser.clean = well and self._most < CLEAN * MAX_DATA

    async def _ending(self) -> bytes:
        try:
            async with asyncio.timeout(self.job.deadline - self._elapsed):
                with self.progress.stages.stage("read"):
                    reading = await self.readers.read(self.job.project)
                steps = Steps(self.browser, self.job, self.progress, reading)
                whole = await steps.go()
            self._judge_browser(not steps.suspicious)
            return self._end("done") if whole else self._end("done", "too_heavy", NO_CLIP)
        except TimeoutError:
            _KILLS.inc()
            return self._too_late()
        except CompileErrors as error:
            reason, detail, errors = _judge_errors(_read_errors(error.errors))
            self._judge_browser(reason == "compile_error")
            return self._end("failed", reason, detail, errors)
        except EndlessLoop as error:
            return self._end("failed", "deadline", str(error))
        except TooHeavy as error:
            return self._end("failed", "too_heavy", str(error), possible=error.possible)
        except Refused as error:
            return self._end("failed", "refused", str(error))
        except ReaderLost as error:
            return self._end("failed", "browser_lost", f"The code was not read: {error}.")
        except BrowserLost as error:
            if self._memory - self._inherited > FULL * MAX_DATA:
                return self._end("failed", "too_heavy", TOO_LARGE)
            return self._end("failed", "browser_lost", f"The browser was lost: {error}")
        except BadOutput as error:
            return self._end("failed", "browser_lost", f"The browser was lost: {error}")

    def _too_late(self) -> bytes:
        """Too heavy, unless the machine was too busy for what should have been drawn by then."""
        spent, deadline = self.browser.processor_seconds - self._seconds_before, self.job.deadline
        # A project that was drawn before is known to take no more than this for its stills.
        share = STILLS_SHARE if self.job.fit and self.progress.missing else MIN_SHARE
        margin = 1 if self.progress.missing else MARGIN
        if spent < min(max(share * deadline, margin * self.progress.expected), MAX_SHARE * deadline):
            detail = f"The machine is busy: {spent:.2g} s of processor time in {deadline:g} s."
            return self._end("failed", "browser_lost", detail)
        if not self.progress.missing:
            return self._end("done", "too_heavy", NO_CLIP)
        return self._end("failed", "deadline", f"No picture within {deadline:g} s.")

    def _end(
        self,
        status: str,
        reason: str | None = None,
        detail: str | None = None,
        errors: Any = None,
        possible: Any = None,
    ) -> bytes:
        _log_end(status, self._elapsed, reason, detail, **self._about)
        return end(status, self._elapsed, reason, detail, errors, possible, self.progress.stages.document())

    @property
    def _about(self) -> dict[str, Any]:
        """For the log."""
        browser, stages = self.browser, self.progress.stages.document()
        return {"browser": browser.number, "owner": browser.owner, "job": browser.jobs, "stages": stages}

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._began


def _read_errors(value: Any) -> list[dict[str, Any]]:
    """Compile errors as `{pass, line, column, message, source}`, whatever the page sent."""
    errors = [cast("dict[str, Any]", error) for error in cast("list[Any]", value or []) if isinstance(error, dict)]
    return [
        {
            "pass": str(error.get("pass"))[:16],
            "line": int(error.get("line") or 1),
            "column": int(error["column"]) if error.get("column") else None,
            "message": str(error.get("message"))[:MAX_MESSAGE],
            "source": None if error.get("source") is None else str(error["source"])[:MAX_SOURCE],
        }
        for error in errors[:MAX_ERRORS]
    ]


def _judge_errors(errors: list[dict[str, Any]]) -> tuple[str, str, list[dict[str, Any]]]:
    """Reason, detail and errors. The compiler refuses the plainest endless loops itself."""
    for error in errors:
        if error["message"].startswith("Infinite loop"):
            return "deadline", Loop(error["pass"], error["line"]).sentence, errors
    return "compile_error", f"{len(errors)} compile error{'s' if len(errors) > 1 else ''}.", errors
