"""Processor time and memory of a browser's processes, from the kernel.

Processor time hardly changes on a busy machine, unlike wall-clock time, so costs and budgets are measured in it.
"""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path


def find_gpu_process(group: int) -> int:
    """The GPU process of a process group, in which the software rasterisers run; 0 where there is none."""
    for folder in _members(group):
        with contextlib.suppress(OSError):
            if b"--type=gpu-process" in (folder / "cmdline").read_bytes():
                return int(folder.name)
    return 0


def processor_seconds_of(pid: int) -> float:
    """Seconds that a process has used so far, all its threads together. Raises OSError when it is gone."""
    return time.clock_gettime(~pid << 3 | 2)  # CPUCLOCK_SCHED of another process; see clock_getcpuclockid(3)


def data_bytes_of(pid: int) -> int:
    """Bytes of data memory that a process has (VmData). Raises OSError when it is gone."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmData:")), 0)


def _members(group: int) -> Iterator[Path]:
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # ended meanwhile
            if int((folder / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                yield folder
