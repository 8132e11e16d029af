"""Processor time of processes, ours and others, to the nanosecond."""

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

Reading = dict[int, float]
"""CPU-seconds so far, by process number."""


class Process(NamedTuple):
    """Where a process belongs."""

    pid: int
    parent: int
    group: int


def scan() -> list[Process]:
    """Every process there is."""
    found = list[Process]()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            _, parent, group, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            found.append(Process(int(folder.name), int(parent), int(group)))
    return found


def read_group(group: int) -> Reading:
    """A browser: all that is in its process group."""
    return _read(process.pid for process in scan() if process.group == group)


def read_service(browsers: Iterable[int]) -> Reading:
    """This process and what it started (Playwright's driver, preprocessors), but none of the browsers' groups."""
    aside = set(browsers)
    children = dict[int, list[Process]]()
    for process in scan():
        children.setdefault(process.parent, []).append(process)
    found = [os.getpid()]
    for pid in found:
        found += [child.pid for child in children.get(pid, []) if child.group not in aside]
    return _read(found)


def spent(before: Reading, after: Reading) -> float:
    """CPU-seconds between two readings; a process that has ended meanwhile counts for nothing."""
    return sum(value - before.get(pid, 0.0) for pid, value in after.items())


def _read(pids: Iterable[int]) -> Reading:
    readings = Reading()
    for pid in pids:
        with contextlib.suppress(OSError):
            # The kernel's number for a process's CPU clock (MAKE_PROCESS_CPUCLOCK, CPUCLOCK_SCHED): threads that
            # have ended are in it, which /proc/<pid>/task no longer has.
            readings[pid] = time.clock_gettime((~pid << 3) | 2)
    return readings
