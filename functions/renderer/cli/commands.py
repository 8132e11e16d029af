"""The commands render, check and info: their options, their exit codes, and running them."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from functions.renderer.chromium.program import ChromiumError
from functions.renderer.cli.check import check
from functions.renderer.cli.contact_sheet import ContactSheet, plan_sheet
from functions.renderer.cli.file_jobs import FileJobs, plan_files
from functions.renderer.cli.local_renderer import LocalRenderer, configure_log
from functions.renderer.cli.options import add_render_options, seconds, workers
from functions.renderer.cli.report import Report
from functions.renderer.cli.sources import Usage, read_sources
from functions.renderer.drawing.attempt import VERSION
from functions.renderer.settings import Settings, SettingsError, read_settings
from shared.renders.plan import CLIP_FORMATS, IMAGE_FORMATS, MAX_SIDE, MAX_STILLS
from shared.settings import environ

OK, FAILED, USAGE, BROKEN = 0, 1, 2, 3
"""Exit codes."""
MAX_DEADLINE = 600.0
"""Seconds: the launcher's limit of a browser's processor time."""
DESCRIPTION = "Renders GLSL shaders with headless Chromium, by the code of Fractafrag's renderer."
EPILOG = "Exit codes: 0 all is well, 1 a shader failed, 2 wrong usage, 3 the renderer itself does not work here."


class Interrupted(Exception):
    """A signal asked for the end; everything has been cleaned up."""

    def __init__(self, signum: int) -> None:
        self.signum = signum


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser("fractafrag", description=DESCRIPTION, epilog=EPILOG)
    commands = top.add_subparsers(required=True, metavar="render|check|info")
    drawing = commands.add_parser("render", help="pictures, contact sheets, frames and clips", epilog=EPILOG)
    drawing.set_defaults(prepare=prepare_render, command=drawing)
    checking = commands.add_parser("check", help="compile errors on their lines, and facts", epilog=EPILOG)
    checking.set_defaults(prepare=prepare_check, command=checking)
    asking = commands.add_parser("info", help="what renders here")
    asking.set_defaults(prepare=prepare_info, command=asking, workers=1, deadline=None)
    for command in (drawing, checking):
        command.add_argument("sources", nargs="+", metavar="FILE|DIR", help="GLSL or project JSON; - is standard input")
        command.add_argument("--workers", type=workers, default=os.cpu_count() or 1, help="jobs at once (cores)")
    drawing.add_argument("--deadline", type=seconds(1, MAX_DEADLINE), default=60.0, help="seconds a job may take (60)")
    checking.add_argument(
        "--deadline", type=seconds(1, MAX_DEADLINE), help="seconds a job may take (the platform's: 8)"
    )
    add_render_options(drawing)
    for command in (drawing, checking, asking):
        command.add_argument("--json", action="store_true", help="results as JSON, a line each")
    return top


@dataclass(frozen=True, slots=True)
class Command:
    """A command whose options were read. jobs: how many there are. run: runs them."""

    jobs: int
    report: Report
    run: Callable[[LocalRenderer, Report], Awaitable[None]]


def prepare_render(options: argparse.Namespace) -> Command:
    """Reads the sources and plans all jobs before the first browser starts. Raises Usage."""
    sources = read_sources(options.sources)
    jobs: FileJobs | ContactSheet = plan_sheet(options, sources) if options.sheet else plan_files(options, sources)
    return Command(len(jobs), Report(options.json, sys.stderr if jobs.to_stdout else None), jobs.run)


def prepare_check(options: argparse.Namespace) -> Command:
    """Reads the sources. Raises Usage."""
    sources = read_sources(options.sources)
    return Command(len(sources), Report(options.json), partial(check, sources))


def prepare_info(options: argparse.Namespace) -> Command:
    """Needs one browser."""
    return Command(1, Report(options.json), info)


async def info(renderer: LocalRenderer, report: Report) -> None:
    """Reports what draws here, and its limits."""
    limits = {"side": MAX_SIDE, "stills a job": MAX_STILLS, "deadline": renderer.deadline}
    found: dict[str, Any] = {
        **renderer.info,
        "version": VERSION,
        "formats": [*IMAGE_FORMATS, *CLIP_FORMATS],
        "limits": limits,
    }
    said = {"formats": " ".join(found["formats"]), "limits": ", ".join(f"{k} {v:g}" for k, v in limits.items())}
    report.result(found, "\n".join(f"{key:<10}{value}" for key, value in {**found, **said}.items()))


async def perform(options: argparse.Namespace, command: Command) -> int:
    """Runs a command with browsers of its own; returns the exit code. Raises ChromiumError, SettingsError, OSError."""
    try:
        async with open_renderer(options, command.jobs) as renderer:
            await command.run(renderer, command.report)
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
    return FAILED if command.report.failed else OK


def open_renderer(options: argparse.Namespace, jobs: int) -> LocalRenderer:
    """A renderer with at most as many browsers as jobs; other settings are the environment's. Raises SettingsError."""
    chosen: Settings = read_settings({"RENDERER_SANDBOX": "auto", **environ()})
    browsers = max(1, min(options.workers, jobs))
    deadline = options.deadline or chosen.deadline
    return LocalRenderer(replace(chosen, browsers=browsers, deadline=deadline, waiting=browsers))


async def until_signal(command: Awaitable[int]) -> int:
    """Runs a command; cancels it at the first SIGINT, SIGTERM or SIGHUP, and then raises Interrupted."""
    task, caught = asyncio.ensure_future(command), list[int]()

    def stop(signum: int) -> None:
        if not caught:
            logging.disable()  # errors while everything ends are of no interest
            task.cancel()
        caught.append(signum)

    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(signum, stop, signum)
    try:
        return await task
    except BaseException:
        if caught:
            raise Interrupted(caught[0]) from None
        raise


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code; wrong usage raises SystemExit(2)."""
    options = parser().parse_args(arguments)
    try:
        command: Command = options.prepare(options)
        configure_log()
        return asyncio.run(until_signal(perform(options, command)))
    except Usage as error:
        options.command.error(str(error))
        return USAGE
    except BrokenPipeError:  # `| head` has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (ChromiumError, SettingsError, OSError) as error:
        print(f"fractafrag: {error}", file=sys.stderr)
        return BROKEN
    except Interrupted as error:
        return 128 + error.signum
