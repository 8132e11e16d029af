"""Images: one for all functions, small, without tools; each function starts at once."""

import json
import time

from containers.generate.compose import of_image
from containers.manifest import functions
from tests.compose.containers import Containers

NAMES = [item.name for item in of_image(functions())]


def layers(stack: Containers, name: str) -> list[str]:
    """The layers of a function's image."""
    return json.loads(stack.docker("image", "inspect", "-f", "{{json .RootFS.Layers}}", f"fractafrag/{name}:test"))


def test_functions_share_all_their_layers(built: Containers) -> None:
    """Less than 1 KB of its own is none at all: the name is metadata."""
    first = layers(built, NAMES[0])
    assert [name for name in NAMES if layers(built, name) != first] == []


def test_no_image_runs_as_root_or_holds_tools(built: Containers) -> None:
    for name in ("shaders", "renderer"):
        image = f"fractafrag/{name}:test"
        assert built.docker("image", "inspect", "-f", "{{.Config.User}}", image) == "10001"
        found = built.docker(
            "run",
            "--rm",
            "--entrypoint",
            "sh",
            image,
            "-c",
            "for tool in gcc cc make git pip pip3; do command -v $tool; done; id -u",
        )
        assert found.split() == ["10001"]


def test_every_module_is_compiled(built: Containers) -> None:
    script = "import pathlib, sys; print([str(p) for p in pathlib.Path('/app').rglob('*.py') if not list((p.parent / '__pycache__').glob(p.stem + '.*.pyc'))])"
    assert built.docker("run", "--rm", "fractafrag/shaders:test", "python", "-c", script) == "[]"


def test_cold_starts_are_reported(built: Containers) -> None:
    """Seconds from `docker run` to a function's first answer, and of the process alone, for each HTTP function."""
    found = {item.name: _cold_start(built, item.name) for item in functions() if item.kind in ("http", "asgi")}
    built.figures["cold_start_s"] = found


def _cold_start(built: Containers, name: str) -> dict[str, float]:
    settings = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": "k" * 43,
        "STORAGE_URL": "file:///tmp",
    }
    environment = [part for key, value in settings.items() for part in ("-e", f"{key}={value}")]
    # /docs of nobody is a 404 of the function itself: it answers.
    ask = "import socket,time\nwhile True:\n try: s=socket.create_connection(('127.0.0.1',8000)); break\n except OSError: time.sleep(0.005)\ns.sendall(b'GET /nothing HTTP/1.0\\r\\n\\r\\n'); s.recv(9)"
    inner = f"import subprocess,time,sys;t=time.monotonic();p=subprocess.Popen([sys.executable,'-m','containers.runtime.serve','{name}'],stdout=subprocess.DEVNULL);exec({ask!r});print(round(time.monotonic()-t,3));p.kill()"
    process = float(
        built.docker("run", "--rm", "--init", *environment, f"fractafrag/{name}:test", "python", "-c", inner)
    )
    started = time.monotonic()
    container = built.docker("run", "-d", "--init", *environment, f"fractafrag/{name}:test")
    built.docker("exec", container, "python", "-S", "-E", "-c", ask)
    whole = time.monotonic() - started
    built.docker("rm", "-f", container)
    return {"process": process, "container": round(whole, 2)}
