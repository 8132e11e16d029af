"""A Docker engine with compose and buildx, and base images, on a machine that may have none of these.

Needs root on Debian for what is missing; otherwise one line says what to install.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from containers import bootstrap

CACHE = Path(os.environ.get("BASES_CACHE", "/var/cache/fractafrag-bases"))
HERE = Path(__file__).parent
DEBIAN = "fractafrag-base/debian:trixie"
BASES = {
    "PYTHON_IMAGE": "python",
    "POSTGRES_IMAGE": "postgres",
    "REDIS_IMAGE": "redis",
    "NGINX_IMAGE": "nginx",
    "NODE_IMAGE": "node",
}
PUBLIC = (
    "python:3.12-slim",
    "pgvector/pgvector:pg16",
    "redis:7-alpine",
    "nginx:alpine",
    "node:20-alpine",
    "debian:trixie-slim",
)


def say(text: str) -> None:
    """A line of progress."""
    print(f"  {text}", flush=True)


def run(command: Sequence[str], what: str = "", **options: object) -> str:
    """What a command prints; ends everything with its complaint when it fails."""
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    if done.returncode:
        sys.exit(f"{what or ' '.join(command[:3])} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    if what:
        say(f"{what}: {time.monotonic() - started:.0f} s")
    return str(done.stdout)


def works(*command: str, seconds: float = 60) -> bool:
    """Whether a command succeeds."""
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=seconds).returncode == 0
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False


def _install(*packages: str) -> None:
    if os.geteuid() != 0:
        sys.exit(f"as root: apt-get install {' '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"])
    run(
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages],
        f"installing {packages[0]}",
        env=quiet,
    )


@contextmanager
def engine() -> Iterator[None]:
    """An engine that answers; one that had to be started is stopped at the end."""
    started = None
    if not works("docker", "info"):
        if not shutil.which("dockerd"):
            _install("docker.io", "iptables")
        started = _start()
    _ensure_plugins()
    try:
        yield
    finally:
        if started:
            started.terminate()
            started.wait(60)


def _start() -> "subprocess.Popen[bytes]":
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "dockerd.log").open("wb") as log:
        daemon = subprocess.Popen(["dockerd"], stdout=log, stderr=log, start_new_session=True)
    until = time.monotonic() + 60
    while not works("docker", "info"):
        if daemon.poll() is not None or time.monotonic() > until:
            sys.exit(f"the Docker engine does not start:\n{(CACHE / 'dockerd.log').read_text()[-2000:]}")
        time.sleep(0.3)
    say("the Docker engine started")
    return daemon


def _compose_is_new() -> bool:
    try:
        text = subprocess.run(
            ["docker", "compose", "version", "--short"], capture_output=True, text=True, check=False
        ).stdout
    except FileNotFoundError:
        return False
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return bool(found) and tuple(map(int, found.groups())) >= (2, 24, 4)


def _ensure_plugins() -> None:
    """compose 2.24.4 and buildx: this Debian's, or else taken out of trixie's packages, which run on older ones."""
    if _compose_is_new() and works("docker", "buildx", "version"):
        return
    apt = CACHE / "apt"
    for folder in ("lists/partial", "archives/partial", "debs"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
    (apt / "sources.list").write_text(f"deb [signed-by={keyring}] {mirror()} trixie main\n")
    folders = {
        "Dir::Etc::SourceList": apt / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": apt / "lists",
        "Dir::Cache": apt,
    }
    options = [part for name, value in folders.items() for part in ("-o", f"{name}={value}")]
    run(["apt-get", "-qq", *options, "update"])
    run(
        ["apt-get", "-qq", *options, "download", "docker-compose", "docker-buildx"],
        "fetching compose and buildx",
        cwd=apt / "debs",
    )
    for package in (apt / "debs").glob("*.deb"):
        run(["dpkg-deb", "-x", str(package), str(CACHE / "plugins")])
    plugins = Path(os.environ.get("DOCKER_CONFIG", Path.home() / ".docker")) / "cli-plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    for plugin in (CACHE / "plugins/usr/libexec/docker/cli-plugins").iterdir():
        (plugins / plugin.name).unlink(missing_ok=True)
        (plugins / plugin.name).symlink_to(plugin)
    if not _compose_is_new():
        sys.exit("docker compose is older than 2.24.4; install a newer one")


def mirror() -> str:
    """The address that apt takes Debian's packages from."""
    for path in (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list")):
        found = (
            re.search(r"^(?:URIs:|deb(?: \[.*?\])?)\s+(\S+)", path.read_text(), re.MULTILINE) if path.exists() else None
        )
        if found:
            return found[1]
    sys.exit("there is no Debian mirror in apt's sources")


def images() -> dict[str, str]:
    """The base images, as settings: those of the environment, the public ones where they can be had, else our own."""
    given = {name: os.environ[name] for name in (*BASES, "DEBIAN_IMAGE") if os.environ.get(name)}
    if given or all(works("docker", "pull", "-q", image, seconds=300) for image in PUBLIC):
        return given
    if not works("docker", "image", "inspect", DEBIAN):
        _bootstrap()
    for target in BASES.values():
        if not works("docker", "image", "inspect", _own(target)):
            _build(target)
    return {"DEBIAN_IMAGE": DEBIAN, **{name: _own(target) for name, target in BASES.items()}}


def _build(target: str) -> None:
    context = bootstrap.wheel_node(Path(sys.executable)).parent if target == "node" else HERE
    build = ["docker", "build", "-q", "--build-arg", f"DEBIAN={DEBIAN}", "-f", str(HERE / "bases.Dockerfile")]
    run([*build, "--target", target, "-t", _own(target), str(context)], f"making a base image: {target}")


def _own(target: str) -> str:
    return f"fractafrag-base/{target}:trixie"


def _bootstrap() -> None:
    """A small Debian trixie as an image."""
    if not shutil.which("mmdebstrap"):
        _install("mmdebstrap")
    CACHE.mkdir(parents=True, exist_ok=True)
    root = CACHE / "trixie.tar"
    slim = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("man", "locale", "doc")]
    tidy = 'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin'
    whole = [
        "mmdebstrap",
        "--mode=root",
        "--variant=minbase",
        "--include=ca-certificates",
        *slim,
        f"--customize-hook={tidy}",
    ]
    run([*whole, "trixie", str(root), mirror()], "making a Debian of the registry's packages")
    run(["docker", "import", "--change", "ENV LANG=C.UTF-8", str(root), DEBIAN])
    root.unlink()


def certificates() -> str:
    """The certificates that this machine's package clients trust."""
    named = [os.environ.get(name, "") for name in ("CA_BUNDLE", "PIP_CERT", "SSL_CERT_FILE")]
    usual = "/etc/ssl/certs/ca-certificates.crt"
    return next((path for path in [*named, usual] if path and Path(path).is_file()), "/dev/null")
