"""`render --sheet`: many pictures in one file, and a JSON document with the place of each."""

import asyncio
import io
import math
import time
from argparse import Namespace
from dataclasses import asdict, dataclass
from typing import Any

from PIL import Image

from functions.renderer.cli.file_jobs import FileJob, checked, fill, make_folders, run_to_end, write
from functions.renderer.cli.local_renderer import LocalRenderer, Outcome
from functions.renderer.cli.options import Output
from functions.renderer.cli.report import Report
from functions.renderer.cli.sources import Source, Usage
from functions.renderer.pictures.still import QUALITY
from shared.renders.plan import MAX_STILLS, Still

CELL = (320, 180)
"""Pixels of a picture, unless --size says otherwise."""
GRID = (4, 4)
"""Columns and rows of one shader over time, unless --sheet says otherwise."""
GAP = 4
"""Pixels between two pictures."""
BACKGROUND = (24, 24, 27)
MAX_SIDE = 16_383
"""Pixels: WebP's own limit."""
SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    "png": {},
    "webp": {"quality": 90},
    "avif": QUALITY["avif"],
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture of a sheet: what it shows, and where it lies, in pixels."""

    name: str
    file: str
    time: float
    x: int
    y: int
    width: int
    height: int


class ContactSheet:
    """One contact sheet, its jobs, and where its files go."""

    def __init__(
        self, jobs: list[FileJob], cells: list[Cell], grid: tuple[int, int], outputs: dict[str, Output]
    ) -> None:
        self._jobs, self._cells, self._grid, self._outputs = jobs, cells, grid, outputs
        self.to_stdout = "-" in outputs
        columns, rows = grid
        self._size = _extent(columns, cells[0].width), _extent(rows, cells[0].height)
        self._failed = dict[str, Outcome]()
        self._drawn = dict[Cell, dict[str, Any]]()

    def __len__(self) -> int:
        return len(self._jobs)

    async def run(self, renderer: LocalRenderer, report: Report) -> None:
        """Draws all cells; those of shaders that fail stay empty. Raises OSError where a file cannot be written."""
        began = time.monotonic()
        canvas = Image.new("RGB", self._size, BACKGROUND)
        report.total = len(self._cells)
        async with report.progress("rendering"), asyncio.TaskGroup() as group:
            for job in self._jobs:
                group.create_task(self._run_job(job, canvas, renderer, report))
        for path, output in self._outputs.items():
            data = await asyncio.to_thread(_encode, canvas, output.format)
            await asyncio.to_thread(write, path, data)
            self._report(report, path, len(data), time.monotonic() - began)

    async def _run_job(self, job: FileJob, canvas: Image.Image, renderer: LocalRenderer, report: Report) -> None:
        async def paste(header: dict[str, Any], data: bytes) -> None:
            cell = self._cells[int(header["name"])]
            canvas.paste(await asyncio.to_thread(_decode, data), (cell.x, cell.y))
            self._drawn[cell] = {key: header[key] for key in ("time", "frame", "width", "height", "warnings")}
            report.done += 1

        source = job.source
        if source.path in self._failed:
            return
        outcome = Outcome.of_fault(source.fault) if source.fault else await run_to_end(renderer, job, paste)
        if not outcome.fine and source.path not in self._failed:
            self._failed[source.path] = outcome
            report.failure(source, outcome)

    def _report(self, report: Report, path: str, size: int, seconds: float) -> None:
        width, height = self._size
        columns, rows = self._grid
        cells = [asdict(cell) | self._drawn.get(cell, {}) | self._fault(cell) for cell in self._cells]
        shape = {"width": width, "height": height, "columns": columns, "rows": rows}
        document = {"output": path, **shape, "bytes": size, "seconds": round(seconds, 3), "cells": cells}
        report.document(document)

    def _fault(self, cell: Cell) -> dict[str, Any]:
        failed = self._failed.get(cell.file)
        return {"failed": failed.reason} if failed else {}


def plan_sheet(options: Namespace, sources: list[Source]) -> ContactSheet:
    """The sheet that the options ask for: a row a shader where there are several times, else nearly square. Raises Usage."""
    if options.frames or any(output.is_clip for output in options.outputs):
        raise Usage("--sheet makes one still picture: without --frames, and not as a clip")
    times = _times(options, len(sources))
    shown = [(source, time) for source in sources for time in times]
    grid = _grid(options.sheet, len(sources), len(times))
    cells = [_cell(at, source, time, grid[0], options.size or CELL) for at, (source, time) in enumerate(shown)]
    if len(cells) > grid[0] * grid[1]:
        raise Usage(f"--sheet {grid[0]}x{grid[1]}: {len(cells)} pictures do not fit")
    if max(_extent(grid[0], cells[0].width), _extent(grid[1], cells[0].height)) > MAX_SIDE:
        raise Usage(f"the sheet would be larger than {MAX_SIDE} pixels: choose a smaller --size")
    outputs = {fill(output.path, sources[0], 0, 0): output for output in options.outputs}
    make_folders(list(outputs), 1)
    return ContactSheet(_jobs(options, sources, cells, len(times)), cells, grid, outputs)


def _times(options: Namespace, sources: int) -> list[float]:
    """The times given; else, of one shader, as many as fit, spread over the duration; of several shaders 1 s."""
    if options.times or sources > 1:
        return options.times or [1.0]
    columns, rows = options.sheet if options.sheet[0] else GRID
    count = columns * rows
    return [round(options.start + options.duration * at / count, 4) for at in range(count)]


def _grid(wanted: tuple[int, int], sources: int, times: int) -> tuple[int, int]:
    count = sources * times
    if wanted[0]:
        return wanted
    columns = times if sources > 1 and times > 1 else math.ceil(math.sqrt(count))
    return columns, math.ceil(count / columns)


def _cell(at: int, source: Source, time: float, columns: int, size: tuple[int, int]) -> Cell:
    width, height = size
    x, y = (at % columns) * (width + GAP), (at // columns) * (height + GAP)
    return Cell(source.name, source.path, time, x, y, width, height)


def _extent(count: int, side: int) -> int:
    return count * side + (count - 1) * GAP


def _jobs(options: Namespace, sources: list[Source], cells: list[Cell], times: int) -> list[FileJob]:
    found = list[FileJob]()
    for at, source in enumerate(sources):
        own = range(at * times, (at + 1) * times)
        for first in own[::MAX_STILLS]:
            some = range(first, min(first + MAX_STILLS, own.stop))
            stills = [Still(str(n), cells[n].time, cells[n].width, cells[n].height, "png") for n in some]
            found.append(FileJob(source, checked(stills, None, options.deadline), {}))
    return found


def _decode(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
        return picture.convert("RGB")


def _encode(canvas: Image.Image, image_format: str) -> bytes:
    out = io.BytesIO()
    canvas.save(out, image_format.upper(), **SAVE_OPTIONS[image_format])
    return out.getvalue()
