"""Instruments the loops of projects in a process of its own, which may be killed; started by reader_pool.py.

Requests and answers, on standard input and output, are four bytes of length (big-endian) and so much JSON:
a list of passes in, {"probes": [list of passes], "urgent": number, "complete": boolean, "loops": [[pass, line, ends]],
"opened", "long": list of passes or null, "as_it_is": boolean} or {"refused": text} out.
A request that takes more processor time than it may ends the process by SIGPROF, one that takes more memory by an error.
The standard library alone: it starts as quickly as a bare interpreter.
"""

import json
import resource
import signal
import sys
from typing import Any, BinaryIO

from functions.renderer.glsl.instrument import Redefined, instrument_loops

CPU_SECONDS = 0.5
"""Processor time of a request: twice what the worst code of the largest size takes, and a hundred times what is usual."""
LIMITS = {resource.RLIMIT_AS: 256 << 20, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}


def main() -> None:
    """Serves until standard input ends, as it does when the service dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    for limit, value in LIMITS.items():
        lower(limit, value)
    while message := receive(sys.stdin.buffer):
        # Counts the time that is used, so that a busy machine takes none of it away; the kernel ends the process, whatever Python does.
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        answer = read(json.loads(message))
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.buffer.write(len(answer).to_bytes(4, "big") + answer)
        sys.stdout.buffer.flush()


def receive(source: BinaryIO) -> bytes:
    """The next message; b"" at the end."""
    return source.read(int.from_bytes(source.read(4), "big"))


def read(passes: list[dict[str, Any]]) -> bytes:
    """The answer to a request, as JSON."""
    try:
        instrumented = instrument_loops({"passes": passes})
    except Redefined as error:
        return json.dumps({"refused": str(error)}).encode()
    others = {"opened": instrumented.opened, "long": instrumented.long}
    answer = {
        "probes": [probe["passes"] for probe in instrumented.probes],
        "urgent": instrumented.urgent,
        "complete": instrumented.complete,
        "loops": [[loop.pass_name, loop.line, loop.ends] for loop in instrumented.loops],
        "as_it_is": instrumented.as_it_is,
        **{name: other and other["passes"] for name, other in others.items()},
    }
    return json.dumps(answer).encode()


def lower(limit: int, value: int) -> None:
    """Sets a resource limit, or keeps a lower one that is there already."""
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main()
