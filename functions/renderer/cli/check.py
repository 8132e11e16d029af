"""`check`: whether shaders compile and draw, with their compile errors and facts."""

import asyncio
from typing import Any

from functions.renderer.cli.local_renderer import LocalRenderer, Outcome
from functions.renderer.cli.report import Report, complaint, located
from functions.renderer.cli.sources import Source
from shared.renders.plan import Plan, Still

STILL = Still("probe", 1.0, 160, 90, "png")
"""What is drawn of each shader."""


async def check(sources: list[Source], renderer: LocalRenderer, report: Report) -> None:
    """Draws one very small picture of each shader, all at once; reports in the order of the files."""
    plan = Plan((STILL,))

    async def probe(source: Source) -> Outcome:
        outcome = Outcome.of_fault(source.fault) if source.fault else await renderer.run(source.project, plan)
        report.done += 1
        return outcome

    report.total = len(sources)
    async with report.progress("checking"), asyncio.TaskGroup() as group:
        tasks = [group.create_task(probe(source)) for source in sources]
        for source, task in zip(sources, tasks, strict=True):
            _report(report, source, await task)


def _report(report: Report, source: Source, outcome: Outcome) -> None:
    document: dict[str, Any] = {"file": source.path, "ok": outcome.fine, "errors": located(source, outcome.errors)}
    document |= {"warnings": outcome.warnings}
    if outcome.fine:
        lines = [f"{source.path}: ok  {_describe(outcome.facts)}"]
        lines += [f"{source.path}: warning: {warning['message']}" for warning in outcome.warnings]
        report.result(document | {"facts": outcome.facts}, "\n".join(lines))
        return
    report.failed += 1
    about = {"reason": outcome.reason, "detail": outcome.detail, "facts": outcome.facts}
    report.result(document | about, "\n".join(complaint(source, outcome)))


def _describe(facts: dict[str, Any]) -> str:
    parts = [f"compiles in {facts['compile_ms']:.0f} ms", f"frame {facts['frame_ms']:.1f} ms at 160x90"]
    parts += ["moves" if facts["moves"] else "stands still"]
    parts += ["blank" if facts.get("blank") else f"brightness {facts.get('brightness', 0):.2f}"]
    return ", ".join(parts)
