"""`make hostile`: a real renderer under hostile shaders, and good ones beside them. Exits with 1 when a bar fails."""

import argparse
import contextlib
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.renderer.rendering import Service, start_service, stop_service

from .goods import Good, render_quietly
from .mix import GOOD_EACH, Mixed, mix, run, tell, wait
from .shaders import Hostile, choose, read_folder, read_own
from .verdicts import Left, Run, judge, summary, table
from .watch import BROWSERS, Watch

DEADLINE = 8.0
SEED = 20261123
GOODS = 16
# After the last job: the pool makes the browsers that wait, and watchdogs end what is left of the others.
CALM_SECONDS = 15.0
STILL_SECONDS = 3.0


def main() -> None:
    """Runs, judges, tells."""
    options = read_options()
    chance = random.Random(options.seed)
    own, added = read_own(), read_added(options.dir)
    hostile = choose(own, added, max(1, options.jobs // (1 + GOOD_EACH)), chance)
    tell(f"{len(hostile)} hostile jobs, of {len(own)} shaders of our own and {len(added)} more")
    with tempfile.NamedTemporaryFile(prefix="fractafrag-hostile-", suffix=".log", delete=False) as log:
        tell(f"the renderer's log is {log.name}")
        outcome = drive(hostile, Path(log.name), chance)
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
    parser.add_argument("--seed", type=int, default=SEED, help="of the order of the jobs")
    return parser.parse_args()


def read_added(folder: Path | None) -> list[Hostile]:
    """Those of --dir; none of them is a mistake."""
    added = read_folder(folder) if folder else []
    if folder and not added:
        raise SystemExit(f"{folder} holds no .glsl files")
    return added


def drive(hostile: list[Hostile], log: Path, chance: random.Random) -> Run:
    """A service's whole life."""
    settings = {"RENDERER_BROWSERS": str(BROWSERS), "RENDERER_QUEUE": "64", "MAX_RENDER_DURATION": f"{DEADLINE:g}"}
    service = start_service(log, **settings)
    try:
        wait(lambda: is_calm(service), CALM_SECONDS)
        watch = Watch(service)
        mixed = work(hostile, watch, chance)
        waiting = look(watch)
    finally:
        stop_service(service)
    return Run(mixed, watch, DEADLINE, waiting, look_after(watch))


def work(hostile: list[Hostile], watch: Watch, chance: random.Random) -> Mixed:
    """First the good ones alone, then all together."""
    goods: list[Good] = render_quietly(watch.service, min(GOODS, GOOD_EACH * len(hostile)))
    tell(f"{len(goods)} good projects rendered quietly")
    watch.start()
    try:
        return run(mix(hostile, goods, chance), watch)
    finally:
        watch.end()


def is_calm(service: Service) -> bool:
    """Whether every browser waits. For a moment in which none does, and none works, the service is not well."""
    with contextlib.suppress(OSError):
        health = service.health()
        return health["idle"] == BROWSERS and health["busy"] == 0
    return False


def look(watch: Watch) -> Left:
    """What is there beside the browsers that wait."""
    wait(lambda: is_calm(watch.service), CALM_SECONDS)
    time.sleep(STILL_SECONDS)
    return watch.left()


def look_after(watch: Watch) -> Left:
    """What has outlived its service."""
    time.sleep(STILL_SECONDS)
    found = watch.belonging()
    return [process.command for process in found.browsers + found.helpers], watch.folders()


if __name__ == "__main__":
    main()
