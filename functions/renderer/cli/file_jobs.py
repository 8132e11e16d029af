"""`render`: the jobs that make the files that were asked for, and writing what comes of them."""

import asyncio
import re
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.renderer.cli.local_renderer import Deliver, LocalRenderer, Outcome
from functions.renderer.cli.options import Output
from functions.renderer.cli.report import Report, amount
from functions.renderer.cli.sources import Source, Usage
from shared.renders.plan import MAX_STILLS, MAX_TIME, Clip, Plan, PlanError, Still, read_plan
from shared.renders.warnings import OF_PROJECT

SIZE = (640, 360)
TOLD = (
    *("type", "width", "height", "time", "frame", "time_delta", "start", "fps", "frames", "duration"),
    *("steps_per_second", "facts", "warnings"),
)
"""What is told of an output besides its path, bytes and seconds."""
NUMBER = re.compile(r"%(0\d+)?d")
TIME = "{time}"
NAME = "{name}"
CLIP = "clip"


@dataclass(frozen=True, slots=True)
class FileJob:
    """A job. files: the path of each output of the plan by its name; other outputs are dropped."""

    source: Source
    plan: Plan
    files: dict[str, str]


class FileJobs:
    """The jobs of one command."""

    def __init__(self, jobs: list[FileJob]) -> None:
        self._jobs = jobs
        self._failed = set[str]()
        self._noted = set[str]()
        self.to_stdout = any("-" in job.files.values() for job in jobs)

    def __len__(self) -> int:
        return len(self._jobs)

    async def run(self, renderer: LocalRenderer, report: Report) -> None:
        """Runs all of them. Raises OSError where a file cannot be written."""
        report.total = sum(len(job.files) for job in self._jobs)
        async with report.progress("rendering"), asyncio.TaskGroup() as group:
            for job in self._jobs:
                group.create_task(self._run_job(job, renderer, report))

    async def _run_job(self, job: FileJob, renderer: LocalRenderer, report: Report) -> None:
        async def save(header: dict[str, Any], data: bytes) -> None:
            if path := job.files.get(header["name"]):
                await asyncio.to_thread(write, path, data)
                report.done += 1
                report_file(report, job, path, header, renderer.deadline)

        source = job.source
        if source.path in self._failed:
            return
        outcome = Outcome.of_fault(source.fault) if source.fault else await run_to_end(renderer, job, save)
        self._note_oddities(source, outcome, report)
        if not outcome.fine and source.path not in self._failed:
            self._failed.add(source.path)
            report.failure(source, outcome)

    def _note_oddities(self, source: Source, outcome: Outcome, report: Report) -> None:
        """Notes what is odd about a project, once for all of its jobs."""
        for warning in outcome.warnings:
            line = f"{source.path}: {warning['message']}"
            if warning["code"] in OF_PROJECT and line not in self._noted:
                self._noted.add(line)
                report.note(line)


async def run_to_end(renderer: LocalRenderer, job: FileJob, save: Deliver) -> Outcome:
    """Runs the job, and again for stills that are missing as long as each run brings at least one before its deadline."""
    plan = job.plan
    while True:
        outcome = await renderer.run(job.source.project, plan, save)
        missing = tuple(still for still in plan.stills if still.name not in outcome.delivered)
        if outcome.status == "done" or not missing or len(missing) == len(plan.stills):
            return outcome
        plan = Plan(missing, plan.clip)


def report_file(report: Report, job: FileJob, path: str, header: dict[str, Any], deadline: float) -> None:
    """Reports a file that has been written."""
    shape = {key: header[key] for key in TOLD if key in header}
    size, took = header["size"], header["seconds"]
    document = {"file": job.source.path, "ok": True, "output": path, **shape, "bytes": size, "seconds": took}
    length = f"  {shape['frames']} frames" if "frames" in shape else ""
    line = f"{path}  {shape['width']}x{shape['height']}{length}  {amount(size)}  {took:.2f} s"
    report.result(document, line)
    for warning in shape["warnings"]:
        report.note(f"{path}: {warning['message']}")
    clip = job.plan.clip
    if clip and "fps" in shape and shape["fps"] != clip.fps:
        report.note(f"{path}: --deadline {deadline:g} allowed no more than {shape['fps']} fps")


def write(path: str, data: bytes) -> None:
    """Writes a file, or to standard output for "-"."""
    if path == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        Path(path).write_bytes(data)


def plan_files(options: Namespace, sources: list[Source]) -> FileJobs:
    """The jobs of a command. Raises Usage, before anything is drawn."""
    outputs: list[Output] = options.outputs
    jobs = list[FileJob]()
    for source in sources:
        for output in outputs:
            jobs += [_clip_job(options, source, output)] if output.is_clip else _still_jobs(options, source, output)
    make_folders([path for job in jobs for path in job.files.values()], len(sources))
    return FileJobs(jobs)


def _clip_job(options: Namespace, source: Source, output: Output) -> FileJob:
    width, height = options.size or SIZE
    if options.duration > options.deadline:
        raise Usage(
            f"--duration {options.duration:g}: a clip is at most as long as --deadline ({options.deadline:g} s)"
        )
    if width % 2 or height % 2:
        raise Usage(f"--size {width}x{height}: the sides of a clip are even")
    if options.times or options.frames:
        raise Usage("--time and --frames are for pictures; a clip has --start, --duration and --fps")
    still = Still("first", options.start, width, height, "png")
    clip = Clip(CLIP, options.start, options.duration, options.fps, width, height, output.format, unless_still=False)
    path = fill(output.path, source, options.start, 0)
    return FileJob(source, checked([still], clip, options.deadline), {CLIP: path})


def _still_jobs(options: Namespace, source: Source, output: Output) -> Iterator[FileJob]:
    if options.times and options.frames:
        raise Usage("--time or --frames, not both")
    pattern = output.path
    if options.frames and not NUMBER.search(pattern):
        raise Usage(f"-o {pattern}: --frames needs a number in it, such as frame-%04d.{output.format}")
    moments = list(_moments(options))
    if len(moments) > 1 and not NUMBER.search(pattern) and TIME not in pattern and pattern != "-":
        pattern = f"{pattern.rpartition('.')[0]}-{TIME}.{output.format}"
    width, height = options.size or SIZE
    for first in range(0, len(moments), MAX_STILLS):
        some = moments[first : first + MAX_STILLS]
        stills = [Still(str(number), time, width, height, output.format) for number, time in some]
        files = {str(number): fill(pattern, source, time, number) for number, time in some}
        yield FileJob(source, checked(stills, None, options.deadline), files)


def _moments(options: Namespace) -> Iterable[tuple[int, float]]:
    """Numbers and times (in seconds) of the stills that the options ask for."""
    if options.frames:
        return ((number, number / options.fps) for number in options.frames)
    return enumerate(options.times or [1.0])


def checked(stills: list[Still], clip: Clip | None, deadline: float) -> Plan:
    """A plan, checked as the service checks it. Raises Usage."""
    last = max(still.time for still in stills)
    if last > MAX_TIME:
        raise Usage(f"{last:g} s: times go up to {MAX_TIME:g} s")
    try:
        return read_plan(Plan(tuple(stills), clip).document(), deadline)
    except PlanError as error:
        raise Usage(str(error)) from error


def fill(pattern: str, source: Source, time: float, number: int) -> str:
    """The path of one output, from its pattern."""
    counted = NUMBER.sub(lambda match: format(number, f"{match[1] or ''}d"), pattern)
    return counted.replace(TIME, f"{time:g}").replace(NAME, source.name)


def make_folders(paths: list[str], sources: int) -> None:
    """Makes the folders of files that are to be written. Raises Usage."""
    path, times = Counter(paths).most_common(1)[0]
    if times > 1:
        hint = f": put {NAME} into -o, or make one --sheet of all" if sources > 1 else ""
        raise Usage(f"{times} outputs would go into {path}{hint}")
    for folder in {Path(path).parent for path in paths}:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Usage(f"cannot make the folder {folder}: {error.strerror}") from error
