"""Child processes: each in its own session, logging to a file, and killed when this process dies."""

import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_MAX_LOG = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Command:
    """How a child is started. stop: the signal for a clean end; user: its account; patience: seconds it has to stop."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    folder: Path | None = None
    stop: signal.Signals = signal.SIGTERM
    user: str | None = None
    patience: float = 12.0
    restart: bool = True


class Child:
    """One child process, started again when it ends by itself."""

    def __init__(self, command: Command, logs: Path):
        self.command = command
        self._log = logs / f"{command.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Starts it, its output appended to its log."""
        command = self.command
        if self._log.exists() and self._log.stat().st_size > _MAX_LOG:
            self._log.replace(self._log.with_suffix(".log.1"))
        user = pwd.getpwnam(command.user) if command.user else None
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command.arguments,
                env=dict(command.environment),
                cwd=command.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=user and user.pw_uid,
                group=user and user.pw_gid,
                extra_groups=[] if user else None,
                preexec_fn=_die_with_parent(command.stop, os.getpid()),
            )
        self._started = time.monotonic()
        self.starts += 1

    def ended(self) -> int | None:
        """Its exit code if it ended without being asked to."""
        return self._process.poll() if self._process else None

    def due(self) -> bool:
        """Whether it may be restarted now: at once the first time, then with growing delays."""
        return time.monotonic() - self._started > min(0.2 * self.starts, 5.0)

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal, if it runs."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)

    def ask_to_stop(self) -> None:
        """Asks it to end."""
        self.signal(self.command.stop)

    def stop(self) -> None:
        """Stops it and everything left in its session, within `patience` seconds."""
        self.ask_to_stop()
        self.wait_stopped(time.monotonic() + self.command.patience)

    def wait_stopped(self, until: float) -> None:
        """Waits for its end until `until` (monotonic seconds), then kills what is left of its session."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, until - time.monotonic()))
        _kill_group(process.pid)
        process.wait()

    def log_tail(self, lines: int = 12) -> str:
        """The end of its log."""
        try:
            return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _die_with_parent(number: signal.Signals, parent: int) -> Callable[[], None]:
    """A preexec function: the kernel sends the child this signal when its parent dies, in whatever way."""

    def prepare() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
