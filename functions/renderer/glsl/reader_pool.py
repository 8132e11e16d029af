"""A pool of processes that instrument the loops of projects; one that takes too long is killed and replaced."""

import asyncio
import contextlib
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from functions.renderer.glsl.instrument import Instrumented, Loop
from functions.renderer.plan.project import Refused
from shared import log

logger = log.get_logger()

ROOT = Path(__file__).parents[3]
ARGUMENTS = ("-E", "-s", "-S", "-B", "-m", "functions.renderer.glsl.reader")
"""Of Python. -E and -s: the environment is ignored. -S: no packages, so that it starts in some 30 ms."""
WALL_SECONDS = 1.0
"""The timeout of a request: the process ends itself after less of processor time, unless it hangs or gets none."""
PAUSE_SECONDS = 0.3
"""Before a process that does not start is started again."""
MAX_ANSWER = 32 << 20
"""Bytes: more than any answer, so that a process never waits for somebody to read it."""
TOO_MUCH = "Reading the code takes more time or memory than is allowed: make it shorter or simpler."


class ReaderLost(Exception):
    """The process ended, or was not given time, through no fault of the code."""


class ReaderPool:
    """`count` processes, one for each job that may run at once, started before the jobs come."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._ready: asyncio.Queue[Process] = asyncio.Queue()
        self._processes = set[Process]()
        self._replacing = set[asyncio.Task[None]]()

    async def start(self) -> None:
        """Starts all processes. Raises OSError."""
        for _ in range(self._count):
            await self._start_one()

    async def stop(self) -> None:
        """Kills all processes and waits for their end."""
        for task in self._replacing:
            task.cancel()
        await asyncio.gather(*self._replacing, return_exceptions=True)
        for process in self._processes:
            _kill(process)
            await process.wait()

    async def read(self, project: dict[str, Any]) -> Instrumented:
        """The project with its loops instrumented. Raises Refused when that takes too much, ReaderLost."""
        request = json.dumps(project["passes"]).encode()
        async with self._lease() as process:
            try:
                async with asyncio.timeout(WALL_SECONDS):
                    answer = json.loads(await _exchange(process, request))
            except TimeoutError:
                raise ReaderLost("the machine is too busy to read the code in time") from None
            except (asyncio.IncompleteReadError, ConnectionError):
                raise await _judge(process) from None
        if "refused" in answer:
            raise Refused(answer["refused"])
        probes = [{**project, "passes": passes} for passes in answer["probes"]]
        loops = [Loop(*loop) for loop in answer["loops"]]
        opened, long = (answer[name] and {**project, "passes": answer[name]} for name in ("opened", "long"))
        return Instrumented(probes, answer["urgent"], answer["complete"], loops, opened, long, answer["as_it_is"])

    @contextlib.asynccontextmanager
    async def _lease(self) -> AsyncGenerator[Process]:
        process = await self._ready.get()
        while process.returncode is not None:
            self._retire(process)
            process = await self._ready.get()
        try:
            yield process
        except BaseException:
            # It may be in the middle of an answer, which the next job must not get.
            self._retire(process)
            raise
        self._ready.put_nowait(process)

    def _retire(self, process: Process) -> None:
        _kill(process)
        task = asyncio.create_task(self._replace(process))
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    async def _replace(self, process: Process) -> None:
        await process.wait()
        self._processes.discard(process)
        while True:
            try:
                return await self._start_one()
            except OSError as error:
                logger.error("source reader does not start", detail=str(error))
                await asyncio.sleep(PAUSE_SECONDS)

    async def _start_one(self) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *ARGUMENTS, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=ROOT, env={}, limit=MAX_ANSWER
        )
        self._processes.add(process)
        self._ready.put_nowait(process)


async def _exchange(process: Process, request: bytes) -> bytes:
    """Sends a request and reads the answer. Raises IncompleteReadError or ConnectionError when the process ends."""
    if process.stdin is None or process.stdout is None:
        raise ConnectionError
    process.stdin.write(len(request).to_bytes(4, "big") + request)
    await process.stdin.drain()
    size = int.from_bytes(await process.stdout.readexactly(4), "big")
    return await process.stdout.readexactly(size)


async def _judge(process: Process) -> Exception:
    """Why a process ended: by its own limits, which is the code's fault, or otherwise."""
    limit = asyncio.get_running_loop().call_later(WALL_SECONDS, _kill, process)
    code = await process.wait()
    limit.cancel()
    if code in (1, -signal.SIGPROF):
        logger.warning("a source was refused", code=code)
        return Refused(TOO_MUCH)
    return ReaderLost(f"the source reader ended with {code}")


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
