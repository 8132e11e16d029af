"""`make bench-render`: measures, then tables, then one line of JSON. Timings are told, not asserted."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable

from functions.renderer.chromium.program import ChromiumError
from functions.renderer.cli.local_renderer import configure_log
from tests.bench.render.clips import measure_clips
from tests.bench.render.progress import tell
from tests.bench.render.renderer import Failed
from tests.bench.render.report import tell_clips, tell_end, tell_speed
from tests.bench.render.starters import FULL, QUICK, measure_starters

ROUNDS = 3
"""Of ours and raw, of which the middle one counts. The usual way is long enough to be its own average."""


def main() -> None:
    """The command line; 1 says that something could not be measured."""
    parser = argparse.ArgumentParser(prog="make bench-render", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one shader, few jobs: to see that all works")
    quick: bool = parser.parse_args().quick
    configure_log()
    tell(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; figures are worth what the machine is quiet")
    try:
        asyncio.run(measure(quick))
    except (Failed, ChromiumError) as error:
        sys.exit(str(error))


async def measure(quick: bool) -> None:
    """Both parts, each told as soon as it is there."""
    clips = await measure_clips(["gradient"] if quick else [], 1 if quick else ROUNDS)
    _print(tell_clips(clips))
    speed = await measure_starters(QUICK if quick else FULL)
    _print(tell_speed(speed))
    _print(tell_end(clips, speed))


def _print(lines: Iterable[str]) -> None:
    print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    main()
