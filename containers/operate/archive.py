"""WAL archiving (WAL_ARCHIVE=1): base backups, and going back to a point in time."""

import json
import os
import shlex
import time
from contextlib import suppress
from datetime import UTC, datetime

from containers.operate.backup import stamp
from containers.operate.compose import USER, OperationError, compose, output, psql, say, settings

_DATA, _ARCHIVE = "/var/lib/postgresql/data", "/archive"
_RECOVERY = ("restore_command", "recovery_target_time", "recovery_target_action")

# Runs in a container of its own: replays the WAL on a copy of the base backup, and replaces the data folder once that succeeded.
_SCRIPT = """
set -eu
new={data}/.rewinding
ask() {{ psql -h /tmp -U {user} -d postgres -XAtq -c "$1" 2>/dev/null; }}
give_up() {{ tail -n 5 /tmp/log >&2; exit 1; }}
rm -rf "$new"
trap 'rm -rf "$new"' EXIT
cp -a {archive}/base/{base} "$new"
printf '%s\\n' {lines} >>"$new/postgresql.auto.conf"
touch "$new/recovery.signal"
chown -R postgres:postgres "$new"
chmod 700 "$new"
setpriv --reuid=postgres --regid=postgres --init-groups \\
  {server} -D "$new" -c listen_addresses= -c unix_socket_directories=/tmp >/tmp/log 2>&1 &
server=$!
until [ "$(ask 'SELECT pg_is_in_recovery()')" = f ]; do kill -0 $server || give_up; sleep 0.3; done
for name in {recovery}; do ask "ALTER SYSTEM RESET $name"; done
kill -INT $server
wait $server
cd {data}
tar --exclude=./.rewinding -cf {archive}/before-rewind-{now}.tar .
trap - EXIT  # from here on this copy is the only data
find . -mindepth 1 -maxdepth 1 ! -name .rewinding -exec rm -rf {{}} +
find "$new" -mindepth 1 -maxdepth 1 -exec mv {{}} . \\;
rmdir "$new"
for base in {archive}/base/2*; do
  name=${{base##*/}}
  if [ "$(printf '%s\\n' "$name" {latest} | sort | tail -n 1)" != {latest} ]; then mv "$base" "{archive}/base/abandoned-$name"; fi
done
"""


def _require() -> None:
    if settings().get("WAL_ARCHIVE", "") in ("", "0"):
        raise OperationError("the archive is off; put WAL_ARCHIVE=1 into .env, then make up and make base-backup")


def base_backup() -> None:
    """Takes a base backup, from which WAL can be replayed; its name is the time at which it was complete."""
    _require()
    part = f"{_ARCHIVE}/base/part-{stamp()}"
    arguments = ("-U", USER, "-D", part, "-X", "fetch", "--checkpoint=fast")
    compose("exec", "-T", "--user", "postgres", "postgres", "pg_basebackup", *arguments)
    time.sleep(1)  # the name has no fractions
    name = stamp()
    compose("exec", "-T", "--user", "postgres", "postgres", "mv", part, f"{_ARCHIVE}/base/{name}")
    print(name)


def rewind() -> None:
    """Restores the server to TIME (`2026-11-23 04:00:00+00:00`), or to the end of the archive.

    Nothing changes until the replay has succeeded; then the present data is moved into the archive.
    """
    _require()
    wanted = moment(os.environ.get("TIME", ""))
    base = _base_before(wanted)
    others = [name for name in output("config", "--services").split() if name not in ("postgres", "migrate")]
    compose("stop", *others)  # nobody writes from here on
    try:
        _play(base, wanted)
    except OperationError as error:
        with suppress(OperationError):
            compose("up", "-d", "--wait", "--no-build")
        raise OperationError(f"nothing was changed: {error}") from error
    compose("up", "-d", "--wait", "--no-build")
    say("done; make a new base backup: make base-backup")


def _play(base: str, wanted: datetime | None) -> None:
    _flush()
    say(f"from the base backup {base}" + (f" to {wanted}" if wanted else " to the end of the archive"))
    script = _script(base, wanted)
    compose("stop", "postgres")
    compose("run", "--rm", "--no-deps", "-T", "--user", "root", "--entrypoint", "sh", "postgres", "-c", script)


def moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        wanted = datetime.fromisoformat(text)
    except ValueError as error:
        raise OperationError(f"TIME={text!r} is no time; write it like '2026-11-23 04:00:00+00:00'") from error
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    if wanted > datetime.now(UTC):
        raise OperationError(f"{wanted} has not come yet; leave TIME out to go to the end of the archive")
    return wanted


def _flush() -> None:
    """Makes the server archive its current WAL segment, if it answers."""
    try:
        segment = psql("SELECT pg_walfile_name(pg_switch_wal())", "postgres")
    except OperationError:
        return
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if psql(f"SELECT coalesce(last_archived_wal >= '{segment}', false) FROM pg_stat_archiver", "postgres") == "t":  # noqa: S608
            return
        time.sleep(0.3)
    raise OperationError("the archive does not take the newest changes; look at the log of postgres")


def _base_before(wanted: datetime | None) -> str:
    listing = output("exec", "-T", "postgres", "ls", f"{_ARCHIVE}/base").split()
    latest = _name(wanted)
    found = [name for name in listing if name[:1].isdigit() and name <= latest]
    if not found:
        there = " ".join(listing) or "none"
        raise OperationError(f"nothing was changed: there is no base backup from before that; there are: {there}")
    return max(found)


def _name(wanted: datetime | None) -> str:
    """A name that sorts after those of all base backups from before that moment."""
    return wanted.astimezone(UTC).strftime("%Y%m%d-%H%M%S") if wanted else "9"


def _script(base: str, wanted: datetime | None) -> str:
    lines = [f"restore_command = 'cp {_ARCHIVE}/wal/%f %p'", "recovery_target_action = 'promote'"]
    if wanted:
        lines.append(f"recovery_target_time = '{wanted.isoformat(sep=' ')}'")
    return _SCRIPT.format(
        data=_DATA,
        archive=_ARCHIVE,
        user=USER,
        base=base,
        lines=shlex.join(lines),
        server=shlex.join(json.loads(output("config", "--format", "json"))["services"]["postgres"]["command"]),
        recovery=" ".join(_RECOVERY),
        now=stamp(),
        latest=_name(wanted),
    )
