"""Processor time of processes, ours and others, to the nanosecond."""

import contextlib
import os
import time
from collections import defaultdict
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


def read_service() -> Reading:
    """This process and what it started (Playwright's drivers, readers), but browsers, which have their own groups."""
    own, children = os.getpgid(0), defaultdict[int, list[int]](list)
    for process in scan():
        if process.group == own:
            children[process.parent].append(process.pid)
    found = [os.getpid()]
    for pid in found:
        found += children[pid]
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
