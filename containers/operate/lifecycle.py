"""Up, down, logs, and replacing the copies of a function one by one."""

import os
import secrets
import shutil
import subprocess
import time

from containers.operate.compose import ENV, ROOT, OperationError, compose, docker, output, say, settings

SECRETS = ("POSTGRES_PASSWORD", "SECRET_KEY")
_HEALTHY_SECONDS = 60


def ensure_secrets() -> None:
    """Makes what .env lacks, once. Raises OperationError where a new password would shut us out of an old volume."""
    missing = [name for name in SECRETS if not settings().get(name)]
    if not missing:
        return
    if "POSTGRES_PASSWORD" in missing and docker("volume", "ls", "-q", "-f", "name=^fractafrag_pgdata$"):
        raise OperationError(
            "the volume fractafrag_pgdata is there, but .env has no POSTGRES_PASSWORD; put its password in"
        )
    with os.fdopen(os.open(ENV, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
        file.writelines(f"{name}={secrets.token_urlsafe(32)}\n" for name in missing)
    say(f"made {' and '.join(missing)}: they are in {ENV.name}, which nobody else may read; keep a copy")


def up() -> None:
    """Builds and starts everything, and waits until it is healthy."""
    ensure_secrets()
    compose("up", "--build", "--wait", "--remove-orphans")
    chosen = settings()
    port = chosen.get("HTTP_PORT", "80")
    print(chosen.get("PUBLIC_URL") or f"http://localhost{'' if port == '80' else f':{port}'}")


def local_runs() -> bool:
    """Whether `make dev` runs here."""
    path = ROOT / os.environ.get("DATA_DIR", ".local") / "supervisor.pid"
    try:
        os.kill(int(path.read_text()), 0)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _local(*arguments: str) -> None:
    """Python of the environment that `make dev` made, with the addresses of its stack."""
    script = f'. "${{DATA_DIR:-.local}}/environment" && exec .venv/bin/python -m {" ".join(arguments)}'
    subprocess.run(["sh", "-c", script], cwd=ROOT, check=False)


def _nothing_runs() -> bool:
    """Whether there never were containers here: no Docker, or none of their secrets."""
    if shutil.which("docker") and all(settings().get(name) for name in SECRETS):
        return False
    say("nothing runs here; `make dev` or `make up` starts it")
    return True


def down() -> None:
    """Stops what runs: `make dev`, else the containers. Volumes stay."""
    if local_runs():
        _local("containers.local", "down")
    elif not _nothing_runs():
        compose("down", "--remove-orphans")


def logs() -> None:
    """Follows the logs of what runs; SERVICE names one."""
    if local_runs():
        _local("containers.local", "logs")
    elif not _nothing_runs():
        compose("logs", "--follow", "--tail", "50", *os.environ.get("SERVICE", "").split())


def ps() -> None:
    """What runs, and how it is."""
    compose("ps", "--all")


def shell() -> None:
    """A shell in SERVICE."""
    compose("exec", os.environ.get("SERVICE", "shaders"), "sh")


def seed() -> None:
    """Publishes new and changed starter shaders."""
    if local_runs():
        _local("db.starters")
    elif not _nothing_runs():
        compose("run", "--rm", "--no-deps", "migrate", "python", "-m", "db.starters")


def roll() -> None:
    """Replaces every copy of FUNCTION by a new one, the new first, so that no request is lost."""
    name = os.environ.get("FUNCTION", "")
    if not name:
        raise OperationError("say which function: make roll FUNCTION=shaders")
    old = output("ps", "-q", name).split()
    if not old:
        raise OperationError(f"no container of {name} runs")
    compose("up", "-d", "--no-deps", "--no-recreate", "--scale", f"{name}={2 * len(old)}", name)
    new = [container for container in output("ps", "-q", name).split() if container not in old]
    _wait_healthy(new)
    time.sleep(3)  # the gateway asks for addresses every other second
    for container in old:
        docker("stop", "--time", "40", container)
        docker("rm", container)
    say(f"{name}: {len(old)} replaced")


def _wait_healthy(containers: list[str]) -> None:
    until = time.monotonic() + _HEALTHY_SECONDS
    for container in containers:
        while (state := docker("inspect", "-f", "{{.State.Health.Status}}", container)) != "healthy":
            if time.monotonic() > until:
                raise OperationError(f"container {container[:12]} is {state}; the old ones still serve")
            time.sleep(0.3)
