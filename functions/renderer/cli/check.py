"""`check`: does a shader compile and draw, and what is it like?"""

import asyncio
from typing import Any

from functions.renderer.plan import read_plan

from .report import Report, complaint, located
from .sources import Source
from .studio import Outcome, Studio

SIZE = {"width": 160, "height": 90}
TIME = 1.0


async def check(sources: list[Source], studio: Studio, report: Report) -> None:
    """One very small picture of each, all at once; answers come in the order of the files."""
    plan = read_plan({"stills": [{"name": "probe", "time": TIME, "format": "png", **SIZE}]}, studio.deadline)

    async def probe(source: Source) -> Outcome:
        outcome = Outcome.of_fault(source.fault) if source.fault else await studio.make(source.project, plan)
        report.done += 1
        return outcome

    report.total = len(sources)
    async with report.progress("checking"), asyncio.TaskGroup() as group:
        tasks = [group.create_task(probe(source)) for source in sources]
        for source, task in zip(sources, tasks, strict=True):
            _tell(report, source, await task)


def _tell(report: Report, source: Source, outcome: Outcome) -> None:
    document: dict[str, Any] = {"file": source.path, "ok": outcome.fine, "errors": located(source, outcome.errors)}
    if outcome.fine:
        report.result(document | {"facts": outcome.facts}, f"{source.path}: ok  {_describe(outcome.facts)}")
        return
    report.failed += 1
    about = {"reason": outcome.reason, "detail": outcome.detail, "facts": outcome.facts}
    report.result(document | about, "\n".join(complaint(source, outcome)))


def _describe(facts: dict[str, Any]) -> str:
    parts = [f"compiles in {facts['compile_ms']:.0f} ms", f"frame {facts['frame_ms']:.1f} ms at 160x90"]
    parts += ["moves" if facts["moves"] else "stands still"]
    parts += ["blank" if facts.get("blank") else f"brightness {facts.get('brightness', 0):.2f}"]
    return ", ".join(parts)
