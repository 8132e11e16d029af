"""Becomes one Chromium, with resource limits and without a network, that ends with the service.

Run as a program of its own in place of Chromium: `python -I -S launcher.py FOLDER USER CHROMIUM ARGUMENT...`.
FOLDER is the browser's own: `alive` is a fifo that the service holds open, `group` the process group that this makes,
`profile` belongs to the browser.
When the service closes the fifo, or dies, or Chromium ends, a watchdog kills the whole process group and
removes FOLDER. USER is who Chromium runs as ("" for the present one); file descriptors 3 and 4 are Playwright's pipe.

The standard library alone, and no other module of the project: it starts as quickly as a bare interpreter.
"""

import ctypes
import os
import pwd
import resource
import select
import shutil
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
MAX_DATA = 3 << 29
"""Bytes of memory of one process: ends compile bombs, for which the GPU process grows to many GB otherwise."""
MAX_CPU_SECONDS = 600
"""Of processor time of one process in its whole life."""
LIMITS = {
    resource.RLIMIT_DATA: MAX_DATA,
    resource.RLIMIT_FSIZE: 256 << 20,
    resource.RLIMIT_CPU: MAX_CPU_SECONDS,
    resource.RLIMIT_CORE: 0,
}
LIBC = ctypes.CDLL(None, use_errno=True)


def main(folder: str, user: str, chromium: str, *arguments: str) -> None:
    """Becomes Chromium; does not return."""
    alive = os.open(f"{folder}/alive", os.O_RDONLY | os.O_NONBLOCK)
    if not is_held(alive):
        sys.exit("the service is gone")
    parent = os.getppid()
    if os.getpgid(0) != os.getpid():
        os.setpgid(0, 0)
    with open(f"{folder}/group", "w") as file:
        file.write(str(os.getpid()))
    start_watchdog(folder, alive)
    for limit, value in LIMITS.items():
        lower(limit, value)
    leave_network()
    if user:
        switch_user(user)
    # The kernel forgets this one when the user changes, so it comes last.
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the driver is gone")
    os.chdir(f"{folder}/profile")
    os.execv(chromium, [chromium, *arguments])  # noqa: S606


def is_held(fifo: int) -> bool:
    """Whether somebody holds the fifo open for writing: else reading it gives the end of the file."""
    try:
        return os.read(fifo, 1) != b""
    except BlockingIOError:
        return True


def start_watchdog(folder: str, alive: int) -> None:
    """Forks twice, so that the watchdog is neither in Chromium's group nor its child."""
    group = os.getpid()
    chromium = os.pidfd_open(group)
    child = os.fork()
    if child == 0:
        os.setsid()
        if os.fork() == 0:
            watch(folder, alive, chromium, group)
        os._exit(0)
    os.waitpid(child, 0)
    os.close(chromium)
    os.close(alive)


def watch(folder: str, alive: int, chromium: int, group: int) -> None:
    """Waits for the end of the service or of Chromium's main process, then kills what is left."""
    try:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_IGN)
        close_pipes(keep={alive, chromium})
        poll = select.poll()
        poll.register(alive, 0)
        poll.register(chromium, select.POLLIN)
        poll.poll()
        end_group(group, folder)
    finally:
        os._exit(0)


def close_pipes(keep: set[int]) -> None:
    """Playwright waits until these are closed, which has to happen when Chromium ends."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    for fd in {3, 4} - keep:
        os.close(fd)


def end_group(group: int, folder: str) -> None:
    """Kills until the process group is empty: a process in a system call dies late, a zombie stays until its parent reaps it."""
    for _ in range(200):
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            break
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.01)
    shutil.rmtree(folder, ignore_errors=True)


def lower(limit: int, value: int) -> None:
    """Sets a resource limit, or keeps a lower one that is there already."""
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


def leave_network() -> None:
    """Enters an empty network namespace where the kernel allows one; the page fetches nothing anyway."""
    if os.geteuid() == 0:
        LIBC.unshare(CLONE_NEWNET)
        return
    trial = os.fork()
    if trial == 0:
        os._exit(0 if enter_namespaces() else 1)
    if os.waitstatus_to_exitcode(os.waitpid(trial, 0)[1]) == 0:
        enter_namespaces()


def enter_namespaces() -> bool:
    """Enters a network namespace in a user namespace, as ordinary users have to. False where that is not allowed."""
    uid, gid = os.geteuid(), os.getegid()
    if LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        return False
    try:
        for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    except OSError:
        return False
    return True


def switch_user(user: str) -> None:
    """Gives up root."""
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
    os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)


if __name__ == "__main__":
    main(*sys.argv[1:])
