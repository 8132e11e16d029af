"""`make hostile`: runs hostile shaders and good ones together against a real renderer. Exits with 1 when a check fails."""

import argparse
import contextlib
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from functions.renderer.chromium.pool import REST_SECONDS
from tests.hostile.good_projects import Good, render_alone
from tests.hostile.load import GOOD_EACH, Mixed, mix, run, tell, wait
from tests.hostile.monitor import BROWSERS, Monitor
from tests.hostile.shaders import Hostile, choose, read_folder, read_own
from tests.hostile.verdicts import Left, Run, judge, summary, table
from tests.renderer.rendering import Service, start_service, stop_service

DEADLINE = 8.0
SEED = 20261123
GOOD_PROJECTS = 16
IDLE_SECONDS = REST_SECONDS + 15.0
"""How long it may take after the last job until every browser is fresh again."""
SETTLE_SECONDS = 3.0
"""How long watchdogs may take to kill what is left of used browsers."""


def main() -> None:
    """Runs all jobs, prints the verdicts."""
    options = read_options()
    chance = random.Random(options.seed)
    own, added = read_own(), read_added(options.dir)
    hostile = choose(own, added, max(1, options.jobs // (1 + GOOD_EACH)), chance)
    tell(f"{len(hostile)} hostile jobs, of {len(own)} shaders of our own and {len(added)} more")
    with tempfile.NamedTemporaryFile(prefix="fractafrag-hostile-", suffix=".log", delete=False) as log:
        tell(f"the renderer's log is {log.name}")
        outcome = drive(hostile, Path(log.name), chance, options.owners)
    verdicts = judge(outcome)
    print(*table(outcome), "", *(line for verdict in verdicts for line in verdict.lines()), sep="\n")
    print(json.dumps(summary(outcome)))
    if not all(verdict.well for verdict in verdicts):
        sys.exit(1)
    Path(log.name).unlink()


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="tests.hostile", description=__doc__)
    parser.add_argument("--dir", type=Path, help="a folder of .glsl files, which are added to the hostile shaders")
    parser.add_argument("--jobs", type=int, default=200, help="how many in all; a fifth of them is hostile (200)")
    parser.add_argument("--owners", type=int, default=1, help="whom the jobs belong to, at random; 0: nobody (1)")
    parser.add_argument("--seed", type=int, default=SEED, help="of the order of the jobs")
    return parser.parse_args()


def read_added(folder: Path | None) -> list[Hostile]:
    """The shaders of --dir."""
    added = read_folder(folder) if folder else []
    if folder and not added:
        raise SystemExit(f"{folder} holds no .glsl files")
    return added


def drive(hostile: list[Hostile], log: Path, chance: random.Random, owners: int) -> Run:
    """Starts a renderer, runs all jobs against it, stops it."""
    settings = {"RENDERER_BROWSERS": str(BROWSERS), "RENDERER_QUEUE": "64", "MAX_RENDER_DURATION": f"{DEADLINE:g}"}
    service = start_service(log, **settings)
    try:
        wait(lambda: is_idle(service), IDLE_SECONDS)
        monitor = Monitor(service)
        mixed = work(hostile, monitor, chance, owners)
        waiting = find_left(monitor)
    finally:
        stop_service(service)
    return Run(mixed, monitor, DEADLINE, waiting, find_left_after_service(monitor), read_jobs(log))


def work(hostile: list[Hostile], monitor: Monitor, chance: random.Random, owners: int) -> Mixed:
    """Runs the good projects alone, then all jobs together."""
    good: list[Good] = render_alone(monitor.service, min(GOOD_PROJECTS, GOOD_EACH * len(hostile)))
    tell(f"{len(good)} good projects rendered alone")
    monitor.start()
    try:
        jobs = mix(hostile, good, chance)
        return run(jobs, monitor, [f"owner {chance.randrange(owners)}" if owners else "" for _ in jobs])
    finally:
        monitor.end()


def is_idle(service: Service) -> bool:
    """Whether every browser is fresh. While none is idle and none is busy the health check may fail."""
    with contextlib.suppress(OSError):
        health = service.health()
        return health["idle"] == BROWSERS and health["busy"] == health["resting"] == 0
    return False


def find_left(monitor: Monitor) -> Left:
    """Processes and folders beside those of the idle browsers."""
    wait(lambda: is_idle(monitor.service), IDLE_SECONDS)
    time.sleep(SETTLE_SECONDS)
    return monitor.left()


def find_left_after_service(monitor: Monitor) -> Left:
    """Processes and folders that have outlived the service."""
    time.sleep(SETTLE_SECONDS)
    found = monitor.belonging()
    return [process.command for process in found.browsers + found.helpers], monitor.folders()


def read_jobs(log: Path) -> list[dict[str, Any]]:
    """What the log says of every job that got a browser."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return [line for line in lines if line["event"] == "rendered" and "browser" in line]


if __name__ == "__main__":
    main()
