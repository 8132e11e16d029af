"""The same shader is the same picture whichever way it comes in: API, saved shader, MCP, command line, folder, player."""

import base64
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import sync_playwright

from containers.local.stack import Stack
from containers.manifest import ROOT
from tests.e2e.test_agents import ask
from tests.player.playing import Bench, launch, open_bench
from tests.support import Api

CASES = ROOT / "tests" / "cases"
NAMES = (
    *("sampler-partial.json", "dangling-buffer.json", "keyword-macro.frag", "byte-order-mark.frag"),
    *("frame-rate.json", "date-advances.frag", "st-assert.frag"),
)
WIDTH, HEIGHT = 64, 36


@pytest.fixture(scope="module")
def expected() -> dict[str, bytes]:
    """Case -> what the player draws on a page of its own. Playwright's event loop is gone before a client needs one."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        bench = open_bench(browser)
        return {name: by_player(bench, document(CASES / name)) for name in NAMES}


def document(path: Path) -> dict[str, Any]:
    """The project that a case stands for, its text untouched."""
    text = path.read_bytes().decode()
    return json.loads(text) if path.suffix == ".json" else {"passes": [{"type": "image", "code": text}]}


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (WIDTH, HEIGHT)
        return picture.convert("RGB").tobytes()


def by_api(api: Api, project: dict[str, Any]) -> bytes:
    wanted = {"project": project, "times": [1], "width": WIDTH, "height": HEIGHT, "format": "png"}
    render = api.http.post("/api/v1/renders?wait=30", json=wanted).json()
    assert render["status"] == "ready", render
    return pixels(api.http.get(render["poster_url"]).content)


def by_saving(api: Api, project: dict[str, Any]) -> bytes:
    answer = api.http.post("/api/v1/shaders", json={"title": "A case", "project": project})
    assert answer.status_code == 201, answer.text
    return by_api(api, answer.json()["project"])


def by_agent(stack: Stack, project: dict[str, Any]) -> bytes:
    wanted = {"project": project, "times": [1], "width": WIDTH, "height": HEIGHT, "format": "png"}
    result = ask(stack, "render_shader", wanted)
    assert not result.is_error, result.content
    (image,) = [item for item in result.content if item.type == "image"]
    return pixels(base64.b64decode(image.data))


@pytest.fixture(scope="module")
def commanded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the command line draws of every case, `<case>.png`, and of it as a folder, `folder-<case>.png`."""
    made = tmp_path_factory.mktemp("commanded")
    folders = [as_folder(document(CASES / name), made / f"folder-{Path(name).stem}") for name in NAMES]
    sources = [*(CASES / name for name in NAMES), *folders]
    options = ["--time", "1", "--size", f"{WIDTH}x{HEIGHT}", "-o", made / "{name}.png"]
    done = subprocess.run([ROOT / "fractafrag", "render", *sources, *options], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return made


def as_folder(project: dict[str, Any], folder: Path) -> Path:
    """The project as a folder of files; a one-pass project with at most one input."""
    (only,) = project["passes"]
    folder.mkdir()
    (folder / "image.glsl").write_bytes(only["code"].encode())
    lines = list[str]()
    for entry in only.get("inputs", []):
        plain = {**entry, "pass": "image", **entry.get("sampler", {})}
        lines += [
            "[[inputs]]",
            *(f"{name} = {json.dumps(value)}" for name, value in plain.items() if name != "sampler"),
        ]
    (folder / "shader.toml").write_text("\n".join(lines))
    return folder


def by_player(bench: Bench, project: dict[str, Any]) -> bytes:
    bench.call("fresh")
    assert bench.load(project) == []
    rgba = bytes(bench.call("pixels", {"time": 1, "frame": 60, "width": WIDTH, "height": HEIGHT}))
    picture = Image.frombytes("RGBA", (WIDTH, HEIGHT), rgba).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return picture.convert("RGB").tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_point_makes_the_same_picture(
    stack: Stack, api: Api, expected: dict[str, bytes], commanded: Path, name: str
) -> None:
    project = document(CASES / name)
    player = expected[name]
    assert by_api(api, project) == player, "API"
    assert by_saving(api, project) == player, "a saved shader"
    assert by_agent(stack, project) == player, "MCP"
    stem = Path(name).stem
    assert pixels((commanded / f"{stem}.png").read_bytes()) == player, "the command line"
    assert pixels((commanded / f"folder-{stem}.png").read_bytes()) == player, "a folder"
