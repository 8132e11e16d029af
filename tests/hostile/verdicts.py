"""Judges the run: a line for each requirement, with its figure."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hostile.client import Ending
from tests.hostile.good_projects import Good
from tests.hostile.load import Mixed, find_clocks
from tests.hostile.monitor import Monitor
from tests.hostile.shaders import Hostile

MARGIN = 1.0
"""Seconds that a deadline may be overrun."""
STARTING = 4.0
"""Seconds from the end of a job until a new browser has drawn the next good picture."""
GROWTH_MB, GROWTH_PART = 30.0, 0.15
BROWSER_MB = 2048.0
"""Of all processes of a browser, each of which may take 1.5 GB (launcher.py)."""
Left = tuple[list[str], list[Path]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One bar, and whether the run kept under it. evidence: a line for each thing that did not."""

    name: str
    figure: str
    well: bool
    evidence: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """As people read them."""
        yield f"{'ok  ' if self.well else 'FAIL'}  {self.name}: {self.figure}"
        yield from (f"        {line[:200]}" for line in self.evidence)


@dataclass(frozen=True, slots=True)
class Run:
    """All there is to judge. waiting, stopped: what was left a few seconds after the last job, and after the service.

    jobs: from the log: browser, owner, and the job's number in that browser.
    """

    mixed: Mixed
    monitor: Monitor
    deadline: float
    waiting: Left
    stopped: Left
    jobs: list[dict[str, Any]]

    @property
    def hostile(self) -> list[tuple[Hostile, Ending]]:
        """With how they ended."""
        return [(done.job, done.ending) for done in self.mixed.done if isinstance(done.job, Hostile)]

    @property
    def good(self) -> list[tuple[Good, Ending]]:
        """With how they ended."""
        return [(done.job, done.ending) for done in self.mixed.done if isinstance(done.job, Good)]

    @property
    def untyped(self) -> list[tuple[Hostile, Ending]]:
        """Those that ended as they may not."""
        return [(job, ending) for job, ending in self.hostile if ending.word not in job.expect]

    @property
    def unequal(self) -> list[tuple[Good, Ending]]:
        """Those that failed, or whose outputs differ from those of the job alone."""
        return [(job, ending) for job, ending in self.good if not is_equal(job, ending)]

    @property
    def overshoot(self) -> float:
        """Of the slowest attempt, in seconds; below zero where all kept their deadline."""
        return max(done.ending.elapsed for done in self.mixed.done) - self.deadline

    @property
    def growth(self) -> float:
        """MB."""
        before, after = self.mixed.memory
        return after - before

    @property
    def peak(self) -> float:
        """MB of the largest browser."""
        return max((browser.peak for browser in self.monitor.browsers.values()), default=0.0)


def is_equal(job: Good, ending: Ending) -> bool:
    """Byte for byte, what there is and what is not."""
    return ending.word == "done" and ending.outputs == job.alone.outputs


def judge(run: Run) -> list[Verdict]:
    """In the order of the summary."""
    return [
        _endings(run),
        _attempts(run),
        _clocks(run),
        _equality(run),
        *_remains(run),
        _memory(run),
        _browsers(run),
        _sharing(run),
    ]


def _endings(run: Run) -> Verdict:
    bad = run.untyped
    evidence = (f"{job.name}: {describe(ending)}, not {'|'.join(sorted(job.expect))}" for job, ending in bad)
    figure = f"{len(bad)} of {len(run.hostile)} otherwise"
    return Verdict("hostile jobs end with a reason they may", figure, not bad, tuple(evidence))


def describe(ending: Ending) -> str:
    """Word and detail."""
    return f"{ending.word or 'untyped'} ({ending.status}, {ending.reason}: {ending.detail})"


def _attempts(run: Run) -> Verdict:
    late = [done for done in run.mixed.done if done.ending.elapsed > run.deadline + MARGIN]
    lines = (f"{done.job.name}: {done.ending.elapsed:.2f} s, {describe(done.ending)}" for done in late)
    figure = f"slowest {run.overshoot:+.2f} s beside {run.deadline:g} s"
    return Verdict(f"every attempt within its deadline and {MARGIN:g} s", figure, not late, tuple(lines))


def _clocks(run: Run) -> Verdict:
    limit = run.deadline + MARGIN + STARTING
    clocks = find_clocks(run.mixed.done)
    late = [(done, clock) for done, clock in zip(run.mixed.done, clocks, strict=True) if clock > limit]
    lines = (f"{done.job.name}: {clock:.2f} s, of which {done.ending.elapsed:.2f} s at work" for done, clock in late)
    figure = f"slowest {max(clocks) - run.deadline:+.2f} s beside {run.deadline:g} s"
    name = f"by our clock too, queueing aside, with {STARTING:g} s for a new browser"
    return Verdict(name, figure, not late, tuple(lines))


def _equality(run: Run) -> Verdict:
    lines = (f"{job.name}: {', '.join(differences(job, ending))}" for job, ending in run.unequal)
    figure = f"{len(run.unequal)} of {len(run.good)} otherwise"
    return Verdict("good jobs are byte for byte as when all is quiet", figure, not run.unequal, tuple(lines))


def differences(job: Good, ending: Ending) -> list[str]:
    """The names of outputs that differ from those of the job alone."""
    if ending.word != "done":
        return [describe(ending)]
    names = sorted(job.alone.outputs.keys() | ending.outputs.keys())
    other = [name for name in names if job.alone.outputs.get(name) != ending.outputs.get(name)]
    return [f"another {name}" if name in ending.outputs else f"no {name}" for name in other]


def _remains(run: Run) -> Iterator[Verdict]:
    for when, left in (("after the last job", run.waiting), ("after the service", run.stopped)):
        for what, items in zip(("processes", "browser folders"), left, strict=True):
            yield Verdict(f"no {what} left {when}", str(len(items)), not items, tuple(map(str, items)))


def _memory(run: Run) -> Verdict:
    before, after = run.mixed.memory
    part = run.growth / before
    well = run.growth < GROWTH_MB or part < GROWTH_PART
    figure = f"{before:.0f} MB at a fifth, {after:.0f} MB at the end: {run.growth:+.1f} MB, {part:+.1%}"
    return Verdict(f"the service grows by less than {GROWTH_MB:g} MB or {GROWTH_PART:.0%}", figure, well)


def _browsers(run: Run) -> Verdict:
    largest = max((browser.largest for browser in run.monitor.browsers.values()), default=0.0)
    figure = f"{run.peak:.0f} MB of {BROWSER_MB:.0f}, {largest:.0f} MB in one process"
    return Verdict("one browser's memory stays below its limit", figure, run.peak < BROWSER_MB)


def _sharing(run: Run) -> Verdict:
    lines = tuple(f"browser {number}: {', '.join(sorted(owners))}" for number, owners in shared(run).items())
    figure = f"{len(lines)} of {len({job['browser'] for job in run.jobs})}, which did {len(run.jobs)} jobs"
    return Verdict("no browser had jobs of two owners, or two of nobody's", figure, not lines, lines)


def shared(run: Run) -> dict[int, list[str]]:
    """Browsers that had jobs of several owners."""
    owners = defaultdict[int, list[str]](list)
    for job in run.jobs:
        owners[job["browser"]].append(job["owner"] or f"nobody, job {job['job']}")
    return {number: names for number, names in owners.items() if len(set(names)) > 1}


def table(run: Run) -> Iterator[str]:
    """How each hostile job ended; the peak is its browser's, as far as samples tell browsers apart."""
    yield f"{'shader':<18} {'status':<7} {'reason':<14} {'elapsed':>8} {'peak MB':>8}  detail"
    for job, ending in sorted(run.hostile, key=lambda pair: pair[0].name):
        peak = run.monitor.peak(ending.at) if ending.elapsed else None
        size = f"{peak:8.0f}" if peak else f"{'-':>8}"
        detail = " ".join((ending.detail or "").split())[:70]
        yield f"{job.name:<18.18} {ending.status:<7} {ending.reason or '-':<14} {ending.elapsed:8.2f} {size}  {detail}"


def summary(run: Run) -> dict[str, Any]:
    """The run in figures."""
    strays, folders = (run.waiting[at] + run.stopped[at] for at in (0, 1))
    return {
        "jobs": len(run.mixed.done),
        "hostile": len(run.hostile),
        "kinds": len({job.kind for job, _ in run.hostile}),
        "untyped": len(run.untyped),
        "unequal": len(run.unequal),
        "overshoot_s": round(run.overshoot, 3),
        "processes_left": len(strays),
        "folders_left": len(folders),
        "memory_growth_mb": round(run.growth, 1),
        "browsers": len({job["browser"] for job in run.jobs}),
        "browsers_shared": len(shared(run)),
        "browser_peak_mb": round(run.peak),
        "seconds": round(run.mixed.seconds, 1),
    }
