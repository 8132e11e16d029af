"""Reports of the commands: results on stdout, failures and progress on stderr."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncGenerator
from typing import Any, TextIO

from functions.renderer.cli.local_renderer import Outcome
from functions.renderer.cli.sources import Source

FIRST_SECONDS = 1.0
"""Before progress is shown at first, and between two updates on a terminal."""
PAUSE_SECONDS = 5.0
"""Between two lines of progress where stderr is no terminal."""


class Report:
    """The report of one command. json: results, failures among them, are a line of JSON each."""

    def __init__(self, json: bool, out: TextIO | None = None) -> None:
        self.json = json
        self.failed = 0
        self.done = 0
        self.total = 0
        self._out = out or sys.stdout
        self._shown = False

    def result(self, document: dict[str, Any], line: str) -> None:
        """Prints a result: the document with --json, else the line."""
        self.clear()
        print(json.dumps(document) if self.json else line, file=self._out, flush=True)

    def document(self, document: dict[str, Any]) -> None:
        """A result that is JSON whether --json is given or not."""
        self.result(document, json.dumps(document))

    def failure(self, source: Source, outcome: Outcome) -> None:
        """Reports a shader that could not be rendered."""
        self.failed += 1
        if self.json:
            document = {"file": source.path, "ok": False, "reason": outcome.reason, "detail": outcome.detail}
            document |= {"possible": outcome.possible} if outcome.possible else {}
            self.result(document | {"errors": located(source, outcome.errors)}, "")
        else:
            for line in complaint(source, outcome):
                self.note(line)

    def note(self, line: str) -> None:
        """Prints a line on stderr."""
        self.clear()
        print(line, file=sys.stderr, flush=True)

    @contextlib.asynccontextmanager
    async def progress(self, what: str) -> AsyncGenerator[None]:
        """Shows progress for as long as the block takes."""
        task = asyncio.create_task(self._report_progress(what))
        try:
            yield
        finally:
            task.cancel()
            self.clear()

    async def _report_progress(self, what: str) -> None:
        began = time.monotonic()
        terminal = sys.stderr.isatty()
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            text = f"{what}: {self.done} of {self.total}, {time.monotonic() - began:.0f} s"
            print(f"\r\x1b[K{text}" if terminal else text, file=sys.stderr, end="" if terminal else "\n", flush=True)
            self._shown = terminal
            await asyncio.sleep(FIRST_SECONDS if terminal else PAUSE_SECONDS)

    def clear(self) -> None:
        """Removes the progress from the terminal's line."""
        if self._shown:
            print("\r\x1b[K", file=sys.stderr, end="", flush=True)
            self._shown = False


def located(source: Source, errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Compile errors with the file of their pass."""
    return [{"file": source.file(error["pass"]), **error} for error in errors]


def complaint(source: Source, outcome: Outcome) -> list[str]:
    """`file:line:column: message` and the line itself, or `file: reason: detail`."""
    lines = list[str]()
    for error in located(source, outcome.errors):
        column = f":{error['column']}" if error["column"] else ""
        lines.append(f"{error['file']}:{error['line']}{column}: {error['message']}")
        code = (error.get("source") or "").strip()
        lines += [f"    {code}"] if code else []
    if outcome.reason != "compile_error":
        lines.append(f"{source.path}: {outcome.reason}: {outcome.detail or 'no detail'}")
    return lines


def amount(size: int) -> str:
    """A number of bytes, with a unit."""
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
