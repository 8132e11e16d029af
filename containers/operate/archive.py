"""WAL archiving (WAL_ARCHIVE=1): base backups, and going back to a point in time."""

import os
import shlex
import time
from datetime import UTC, datetime

from containers.operate.backup import stamp
from containers.operate.compose import USER, OperationError, compose, output, psql, say, settings

_DATA, _ARCHIVE = "/var/lib/postgresql/data", "/archive"
_SECONDS = 600


def _require() -> None:
    if settings().get("WAL_ARCHIVE", "") in ("", "0"):
        raise OperationError("the archive is off; put WAL_ARCHIVE=1 into .env, then make up and make base-backup")


def base_backup() -> None:
    """A copy of the whole server, from which the archive can be played forward."""
    _require()
    name = stamp()
    place = f"{_ARCHIVE}/base/{name}"
    arguments = ("-U", USER, "-D", f"{place}.part", "-X", "fetch", "--checkpoint=fast")
    compose("exec", "-T", "--user", "postgres", "postgres", "pg_basebackup", *arguments)
    compose("exec", "-T", "--user", "postgres", "postgres", "mv", f"{place}.part", place)
    print(name)


def rewind() -> None:
    """Everything as it was at TIME (`2026-11-23 04:00:00+00`), or at the end of the archive."""
    _require()
    wanted = _time(os.environ.get("TIME", ""))
    _flush()
    base = _base_before(wanted)
    say(f"from the base backup {base}" + (f" to {wanted}" if wanted else " to the end of the archive"))
    compose("stop")
    _in_place(_script(base, wanted))
    compose("up", "-d", "--wait", "--no-build", "postgres")
    _wait_promoted()
    for name in ("restore_command", "recovery_target_time", "recovery_target_action"):
        psql(f"ALTER SYSTEM RESET {name}", "postgres")
    compose("up", "-d", "--wait", "--no-build")
    say("done; make a new base backup: make base-backup")


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        time_ = datetime.fromisoformat(text)
    except ValueError as error:
        raise OperationError(f"TIME={text!r} is no time; write it like '2026-11-23 04:00:00+00:00'") from error
    return time_ if time_.tzinfo else time_.replace(tzinfo=UTC)


def _flush() -> None:
    """Brings what is not archived yet into the archive, if the server still answers."""
    try:
        segment = psql("SELECT pg_walfile_name(pg_switch_wal())", "postgres")
    except OperationError:
        return
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if psql(f"SELECT coalesce(last_archived_wal >= '{segment}', false) FROM pg_stat_archiver", "postgres") == "t":  # noqa: S608
            return
        time.sleep(0.3)
    raise OperationError(
        "the archive does not take the newest changes; look at the log of postgres. Nothing was changed"
    )


def _base_before(wanted: datetime | None) -> str:
    listing = output("run", "--rm", "--no-deps", "-T", "--entrypoint", "ls", "postgres", f"{_ARCHIVE}/base")
    latest = wanted.astimezone(UTC).strftime("%Y%m%d-%H%M%S") if wanted else "9"
    found = [name for name in listing.split() if name <= latest and not name.endswith(".part")]
    if not found:
        raise OperationError(
            f"there is no base backup from before that; there are: {listing or 'none'}. Nothing was changed"
        )
    return max(found)


def _script(base: str, wanted: datetime | None) -> str:
    """Makes the new data ready beside the present, keeps that in the archive, and puts the new in its place at last."""
    lines = [f"restore_command = 'cp {_ARCHIVE}/wal/%f %p'", "recovery_target_action = 'promote'"]
    if wanted:
        lines.append(f"recovery_target_time = '{wanted.isoformat(sep=' ')}'")
    new = f"{_DATA}/.rewinding"
    return (
        f"set -eu; cd {_DATA}; rm -rf {new}; tar -cf {_ARCHIVE}/before-rewind-{stamp()}.tar .; "
        f"cp -a {_ARCHIVE}/base/{base} {new}; touch {new}/recovery.signal; "
        f"printf '%s\\n' {shlex.join(lines)} >> {new}/postgresql.auto.conf; chown -R postgres:postgres {new}; "
        f"find . -mindepth 1 -maxdepth 1 ! -name .rewinding -exec rm -rf {{}} +; "
        f"find {new} -mindepth 1 -maxdepth 1 -exec mv {{}} . \\;; rmdir {new}"
    )


def _in_place(script: str) -> None:
    compose("run", "--rm", "--no-deps", "-T", "--user", "root", "--entrypoint", "sh", "postgres", "-c", script)


def _wait_promoted() -> None:
    until = time.monotonic() + _SECONDS
    while psql("SELECT pg_is_in_recovery()", "postgres") != "f":
        if time.monotonic() > until:
            raise OperationError("Postgres still plays the archive; look at its log, then: make up")
        time.sleep(0.5)
