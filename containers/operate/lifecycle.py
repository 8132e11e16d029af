"""Up, down, logs, and replacing the copies of a function one by one."""

import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from contextlib import suppress

from containers.local.folders import data_folder, is_free
from containers.manifest import functions
from containers.operate.compose import ENV, ROOT, OperationError, compose, docker, output, project, say, settings

SECRETS = ("POSTGRES_PASSWORD", "SECRET_KEY", "GRAFANA_PASSWORD")
MOUNTED = ("db/init.sql", "containers/metrics")
"""What containers read from this folder, as other users than ours."""
_HEALTHY_SECONDS = 60
_FORGETTING_SECONDS = 3


def ensure_secrets() -> None:
    """Generates the secrets that .env lacks. Raises OperationError where a new password would not fit an existing volume."""
    chosen = settings()
    missing = [name for name in SECRETS if not chosen.get(name)]
    volume = f"{project()}_pgdata"
    if "POSTGRES_PASSWORD" in missing and docker("volume", "ls", "-q", "-f", f"name=^{volume}$"):
        raise OperationError(f"the volume {volume} is there, but .env has no POSTGRES_PASSWORD; put its password in")
    if not re.fullmatch(r"[A-Za-z0-9_.~-]*", chosen.get("POSTGRES_PASSWORD", "")):
        raise OperationError("POSTGRES_PASSWORD becomes part of an address: use letters, digits and _ . ~ - alone")
    if missing:
        _keep(missing)


def _keep(names: list[str]) -> None:
    with os.fdopen(os.open(ENV, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        os.fchmod(file.fileno(), 0o600)
        text = file.read()
        file.write("\n" if text and not text.endswith("\n") else "")
        file.writelines(f"{name}={secrets.token_urlsafe(32)}\n" for name in names)
    say(f"made {', '.join(names)}: in {ENV.name}, which nobody else may read; keep a copy")


def _make_readable() -> None:
    for name in MOUNTED:
        top = ROOT / name
        for path in [top, *top.rglob("*")]:
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))


def up() -> None:
    """Builds and starts everything, and waits until it is healthy."""
    ensure_secrets()
    _make_readable()
    compose("up", "--build", "--wait", "--remove-orphans")
    chosen = settings()
    port = chosen.get("HTTP_PORT", "80")
    print(chosen.get("PUBLIC_URL") or f"http://localhost{'' if port == '80' else f':{port}'}")


def local_runs() -> bool:
    """Whether `make dev` runs here, or is starting."""
    return not is_free(data_folder(os.environ.get("DATA_DIR", "")))


def _local(script: str) -> None:
    """Runs shell lines; exits with their exit code when they fail."""
    code = subprocess.run(["sh", "-c", script], cwd=ROOT, check=False).returncode
    if code:
        sys.exit(code)


def _nothing_runs() -> bool:
    """Whether no containers were ever started here: there is no Docker, or no secrets were made."""
    if shutil.which("docker") and all(settings().get(name) for name in SECRETS[:2]):
        return False
    say("nothing runs here; `make dev` or `make up` starts it")
    return True


def down() -> None:
    """Stops what runs: `make dev`, else the containers. Volumes stay."""
    if local_runs():
        _local("exec .venv/bin/python -m containers.local down")
    elif not _nothing_runs():
        compose("down", "--remove-orphans")


def logs() -> None:
    """Follows the logs of what runs; SERVICE names one."""
    if local_runs():
        _local("exec .venv/bin/python -m containers.local logs")
    elif not _nothing_runs():
        compose("logs", "--follow", "--tail", "50", *os.environ.get("SERVICE", "").split())


def ps() -> None:
    """The containers and their state."""
    compose("ps", "--all")


def shell() -> None:
    """A shell in SERVICE."""
    compose("exec", os.environ.get("SERVICE", "shaders"), "sh")


def seed() -> None:
    """Publishes new and changed starter shaders."""
    if local_runs():
        _local('. "${DATA_DIR:-.local}/environment" && exec .venv/bin/python -m db.starters')
    elif not _nothing_runs():
        compose("run", "--rm", "--no-deps", "migrate", "python", "-m", "db.starters")


def rolling() -> list[str]:
    """The services that may run in several copies: functions, but not the stores."""
    return sorted({item.name for item in functions() if item.kind != "static"} | {"api"})


def roll() -> None:
    """Rebuilds FUNCTION and replaces its copies, starting new ones before stopping old ones, so that no request is lost."""
    name = os.environ.get("FUNCTION", "")
    if name not in rolling():
        raise OperationError(f"say which function: make roll FUNCTION=shaders; there are {', '.join(rolling())}")
    old = output("ps", "-q", name).split()
    if not old:
        raise OperationError(f"no container of {name} runs")
    compose("build", name)
    try:
        _start_beside(name, old)
    except BaseException:
        _remove_beside(name, old)
        raise
    for container in old:
        # The gateway resolves addresses every 2 s and tries three of them: with two gone at once a request could run out of tries.
        time.sleep(_FORGETTING_SECONDS)
        docker("stop", "--time", "40", container)
        docker("rm", container)
    say(f"{name}: {len(old)} replaced")


def _beside(name: str, old: list[str], *options: str) -> list[str]:
    return [container for container in output("ps", *options, "-q", name).split() if container not in old]


def _start_beside(name: str, old: list[str]) -> None:
    """Starts as many new copies as there are old ones. Raises OperationError unless all become healthy."""
    compose("up", "-d", "--no-deps", "--no-recreate", "--no-build", "--scale", f"{name}={2 * len(old)}", name)
    new = _beside(name, old)
    if len(new) < len(old):
        raise OperationError(f"{len(new)} of {len(old)} new copies came up, and were removed; the old ones serve on")
    _wait_healthy(new)


def _remove_beside(name: str, old: list[str]) -> None:
    """Removes the new copies; an error here is suppressed, because the one before it says more."""
    with suppress(OperationError):
        new = _beside(name, old, "--all")
        if new:
            docker("rm", "--force", *new)


def _wait_healthy(containers: list[str]) -> None:
    until = time.monotonic() + _HEALTHY_SECONDS
    for container in containers:
        while (state := docker("inspect", "-f", "{{.State.Health.Status}}", container)) != "healthy":
            if time.monotonic() > until:
                raise OperationError(f"a new copy is {state}, and was removed; the old ones serve on")
            time.sleep(0.3)
