"""Runs hostile and good jobs in a random order, over a few clients at once."""

import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.hostile.client import Ending, render
from tests.hostile.good_projects import Good
from tests.hostile.monitor import BROWSERS, Monitor, resident
from tests.hostile.shaders import Hostile

CLIENTS = BROWSERS + 2
GOOD_EACH = 4
STEP = 20
SETTLED = 0.2
"""Part of the jobs after which the memory that the service holds is taken as its base."""


@dataclass(frozen=True, slots=True)
class Done:
    """A job and its end."""

    job: Hostile | Good
    ending: Ending


@dataclass(frozen=True, slots=True)
class Mixed:
    """Every job; the service's memory in MB when a fifth was done and at the end; how long all of it took."""

    done: list[Done]
    memory: tuple[float, float]
    seconds: float


def mix(hostile: list[Hostile], good: list[Good], chance: random.Random) -> list[Hostile | Good]:
    """Four good jobs to a hostile one."""
    jobs: list[Hostile | Good] = [*hostile, *(good[at % len(good)] for at in range(GOOD_EACH * len(hostile)))]
    chance.shuffle(jobs)
    return jobs


def run(jobs: list[Hostile | Good], monitor: Monitor, owners: list[str]) -> Mixed:
    """All jobs, as soon as a client is free. owners: of the jobs."""
    began, done, settled = time.monotonic(), list[Done](), list[float]()
    lock = threading.Lock()

    def do(job: Hostile | Good, owner: str) -> None:
        fit = job.alone.fit if isinstance(job, Good) else None
        ending = render(monitor.service, job.project, fit, owner)
        with lock:
            done.append(Done(job, ending))
            if len(done) == max(1, int(SETTLED * len(jobs))):
                settled.append(resident(monitor.worker))
            if len(done) % STEP == 0:
                tell(f"{len(done)} of {len(jobs)} jobs, {time.monotonic() - began:.0f} s")

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(do, jobs, owners))
    return Mixed(done, (settled[0], resident(monitor.worker)), time.monotonic() - began)


def find_clocks(done: list[Done]) -> list[float]:
    """Seconds that each job took by our clock from its turn on: the service serves who comes first.

    The turn may come before a browser has been made in the place of one that was used.
    """
    return [item.ending.at - _turn(item, done) for item in done]


def _turn(item: Done, done: list[Done]) -> float:
    """When there were fewer jobs before it than browsers. What was not drawn at all was in nobody's way."""
    sent = item.ending.sent
    others = (other.ending for other in done if other.ending.elapsed and other.ending.sent < sent < other.ending.at)
    ends = sorted(other.at for other in others)
    return ends[-BROWSERS] if len(ends) >= BROWSERS else sent


def tell(line: str) -> None:
    """Prints progress, on stderr."""
    print(line, file=sys.stderr, flush=True)


def wait(condition: Callable[[], bool], seconds: float) -> None:
    """Waits for a condition, at most so long; whether it came true is checked by the verdicts."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
