"""The renderer as a command, as people run it."""

import io
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from functions.renderer.cli.commands import main
from functions.renderer.cli.file_jobs import FileJob, run_to_end
from functions.renderer.cli.local_renderer import Outcome
from functions.renderer.cli.report import complaint
from functions.renderer.cli.sources import read_sources
from shared.renders.plan import Plan, Still
from tests.renderer.rendering import ROOT, processes, run, until

WAVE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, 0.5 + 0.5 * sin(iTime), 1.0); }"
BROKEN = "float one() { return 1.0; }\nvoid mainImage(out vec4 c, in vec2 p) {\n  c = vec4(two());\n}\n"
ENDLESS = (
    "void mainImage(out vec4 c, in vec2 p) {\n  float a = iTime;\n  while (a > -2.0) { a = sin(a); }\n  c = vec4(a);\n}"
)
HEAVY = "void mainImage(out vec4 c, in vec2 p) { float a = iTime; for (int i = 0; i < 60000; i++) a = sin(a + p.x); c = vec4(a); }"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where commands run, with a good and a broken shader in `shaders`."""
    (tmp_path / "shaders").mkdir()
    (tmp_path / "shaders" / "wave.frag").write_text(WAVE)
    (tmp_path / "shaders" / "broken.glsl").write_text(BROKEN)
    return tmp_path


def fractafrag(folder: Path, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    command = [ROOT / "fractafrag", *arguments]
    return subprocess.run(command, cwd=folder, input=given, capture_output=True, timeout=60, check=False)


def lines(done: "subprocess.CompletedProcess[bytes]") -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_pictures_and_films(folder: Path) -> None:
    kinds = ("png", "webp", "avif", "mp4", "webm")
    outputs = [part for kind in kinds for part in ("-o", f"made/{{name}}.{kind}")]
    done = fractafrag(folder, "render", "shaders/wave.frag", *outputs, "--size", "64x36", "--duration", "0.5", "--json")
    assert done.returncode == 0, done.stderr
    made = {Path(line["output"]).suffix[1:]: line for line in lines(done)}
    assert set(made) == set(kinds)
    for kind in kinds[:3]:
        with Image.open(folder / "made" / f"wave.{kind}") as picture:
            assert (picture.format, picture.size) == (kind.upper(), (64, 36))
    for kind in kinds[3:]:
        with av.open(folder / "made" / f"wave.{kind}") as clip:
            frames = list(clip.decode(video=0))
        assert (len(frames), frames[0].width, frames[0].height) == (15, 64, 36)
        assert made[kind]["bytes"] == (folder / "made" / f"wave.{kind}").stat().st_size


def test_a_range_of_frames_is_split_into_jobs(folder: Path) -> None:
    done = fractafrag(
        folder, "render", "shaders/wave.frag", "-o", "f-%03d.png", "--frames", "10:30", "--fps", "10", "--size", "32x18"
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in folder.glob("f-*.png")) == [f"f-{number:03}.png" for number in range(10, 30)]
    assert len(done.stdout.splitlines()) == 20
    with Image.open(folder / "f-016.png") as picture:
        assert abs(picture.getpixel((5, 5))[2] - 255 * 0.99979) < 2, "frame 16 at 10 fps stands at 1.6 s"


def test_a_sheet_of_one_shader_over_time(folder: Path) -> None:
    project = json.dumps({"passes": [{"type": "image", "code": WAVE}]}).encode()
    done = fractafrag(folder, "render", "-", "-o", "png:-", "--sheet", "5x3", "--size", "32x18", given=project)
    sheet = json.loads(done.stderr.splitlines()[-1])
    with Image.open(io.BytesIO(done.stdout)) as picture:
        assert picture.size == (sheet["width"], sheet["height"]) == (5 * 32 + 4 * 4, 3 * 18 + 2 * 4)
        for cell in sheet["cells"]:
            red, green, blue = picture.getpixel((cell["x"] + 30, cell["y"] + 1))
            wave = 127.5 + 127.5 * math.sin(cell["time"])
            assert max(abs(red - 243), abs(green - 234), abs(blue - wave)) < 4, "each where it belongs, and upright"
    assert [cell["frame"] for cell in sheet["cells"]] == [16 * at for at in range(15)]
    assert [cell["time"] for cell in sheet["cells"]] == [16 * at / 60 for at in range(15)]


def test_a_sheet_of_a_folder(folder: Path) -> None:
    (folder / "shaders" / "starter").mkdir()
    (folder / "shaders" / "starter" / "shader.toml").write_text(
        '[[inputs]]\npass = "image"\nchannel = 0\nkind = "buffer"\nsource = "A"\n'
    )
    (folder / "shaders" / "starter" / "buffer-a.glsl").write_text(WAVE.replace("p / iResolution.xy", "1.0, 0.0"))
    (folder / "shaders" / "starter" / "image.glsl").write_text(
        "void mainImage(out vec4 c, in vec2 p) { c = texelFetch(iChannel0, ivec2(0), 0); }"
    )
    done = fractafrag(folder, "render", "shaders", "-o", "s.png", "--sheet", "--size", "32x18")
    assert done.returncode == 1, "one of them is broken"
    (sheet,) = lines(done)
    assert [cell["name"] for cell in sheet["cells"]] == ["broken", "starter", "wave"]
    assert sheet["cells"][0]["failed"] == "compile_error"
    cell = sheet["cells"][1]
    with Image.open(folder / "s.png") as picture:
        assert picture.getpixel((cell["x"] + 9, cell["y"] + 9))[:2] == (255, 0)


def test_check(folder: Path) -> None:
    (folder / "endless.frag").write_text(ENDLESS)
    (folder / "no.json").write_text("{}")
    paths = ("shaders/broken.glsl", "shaders/wave.frag", "endless.frag", "no.json")
    done = fractafrag(folder, "check", *paths, "--json")
    assert done.returncode == 1
    broken, wave, endless, no = lines(done)
    assert [broken["ok"], wave["ok"], endless["ok"], no["ok"]] == [False, True, False, False]
    assert broken["errors"][0].items() >= {"file": "shaders/broken.glsl", "pass": "image", "line": 3}.items()
    assert wave["facts"].keys() >= {"compile_ms", "frame_ms", "moves", "brightness"}
    assert (endless["reason"], no["reason"]) == ("deadline", "malformed")


def test_what_was_drawn_is_told(folder: Path) -> None:
    (folder / "odd.frag").write_text(
        "void mainImage(out vec4 c, in vec2 p) { c = texture(iChannel1, p) + sqrt(-1.0 - p.x); }"
    )
    done = fractafrag(folder, "render", "odd.frag", "-o", "odd.png", "--size", "32x18", "--time", "0.51", "--json")
    (told,) = lines(done)
    assert (told["time"], told["frame"], told["time_delta"]) == (31 / 60, 31, 1 / 60)
    assert told["facts"]["nan"] == 32 * 18
    assert [warning["code"] for warning in told["warnings"]] == ["blank", "nan"]
    notes = done.stderr.decode()
    assert "odd.png: 576 pixels are NaN" in notes
    assert "odd.frag: Image reads iChannel1" in notes
    done = fractafrag(folder, "check", "odd.frag", "--json")
    (told,) = lines(done)
    assert [warning["code"] for warning in told["warnings"]] == ["unbound_channel", "blank", "nan"]
    said = fractafrag(folder, "check", "odd.frag").stdout.decode()
    assert "odd.frag: warning: Image reads iChannel1, which has no input: it reads black." in said.splitlines()


def test_complaints(folder: Path) -> None:
    (source,) = read_sources([str(folder / "shaders" / "broken.glsl")])
    error = {"pass": "image", "line": 3, "column": 7, "message": "'two' is nothing", "source": "  c = vec4(two());"}
    errors: list[dict[str, Any]] = [error]
    outcome = Outcome(reason="compile_error", errors=errors)
    assert complaint(source, outcome) == [f"{source.path}:3:7: 'two' is nothing", "    c = vec4(two());"]
    outcome = Outcome(reason="deadline", detail="Too slow.")
    assert complaint(source, outcome) == [f"{source.path}: deadline: Too slow."]


def test_the_quoted_line_is_the_one_with_the_error(folder: Path) -> None:
    """There are a form feed and a line separator before it, which end no line of GLSL."""
    case = ROOT / "tests" / "cases" / "quoted-line.frag"
    done = fractafrag(folder, "check", str(case))
    assert done.stdout.decode() == f"{case}:4:9: 'nope' : undeclared identifier\n    o=vec4(nope);\n"


class Slow:
    """Makes three pictures before its time is up, and then fewer."""

    def __init__(self) -> None:
        self.left = [3, 2, 0]

    async def run(self, project: Any, plan: Plan, deliver: Any) -> Outcome:
        made = [still.name for still in plan.stills[: self.left.pop(0)]]
        for name in made:
            await deliver({"name": name}, b"")
        return Outcome(reason="deadline", delivered=made)


def test_a_deadline_is_met_anew_while_each_brings_some(folder: Path) -> None:
    (source,) = read_sources([str(folder / "shaders" / "wave.frag")])
    stills = tuple(Still(str(number), number / 30, 32, 18, "png") for number in range(16))
    kept = list[str]()

    async def keep(header: dict[str, Any], data: bytes) -> None:
        kept.append(header["name"])

    renderer: Any = Slow()
    outcome = run(run_to_end(renderer, FileJob(source, Plan(stills, None), {}), keep))
    assert (kept, outcome.reason, renderer.left) == (["0", "1", "2", "3", "4"], "deadline", [])


def test_projects_of_the_api_and_names_that_meet(folder: Path) -> None:
    document = {"title": "Wave", "project": {"passes": [{"type": "image", "code": WAVE}]}}
    (folder / "shaders" / "wave.json").write_text(json.dumps(document))
    sources = read_sources([str(folder / "shaders")])
    assert [source.name for source in sources] == ["broken", "wave.frag", "wave.json"]
    (folder / "others").mkdir()
    (folder / "others" / "wave.frag").write_text(WAVE)
    names = [source.name for source in read_sources([str(folder / "shaders"), str(folder / "others")])]
    assert names[2] == "wave.json"
    assert names[1].endswith("shaders-wave.frag")
    assert names[3].endswith("others-wave.frag")
    assert sources[1].project["passes"][0]["code"] == sources[2].project["passes"][0]["code"]


def test_info(folder: Path) -> None:
    (info,) = lines(fractafrag(folder, "info", "--json"))
    assert info["backend"] in info["webgl"].lower()
    assert info["sandbox"] in ("on", "off")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ("render missing.frag -o x.png", "cannot read missing.frag"),
        ("render {wave} -o x.gif", "ends in none of"),
        ("render {wave}", "-o"),
        ("render {wave} -o x.png --size 5000x20", "16 to 4096"),
        ("render {wave} -o x.png --frames 0:9", "frame-%04d.png"),
        ("render {wave} -o x.png --frames 9:9", "FIRST:END"),
        ("render {wave} -o x.mp4 --duration 90", "--deadline (60 s)"),
        ("render {wave} -o x.mp4 --size 33x18", "even"),
        ("render {wave} {wave} -o x.png", "{name}"),
        ("render {wave} -o x.png --sheet 1x1 --time 0 --time 1", "do not fit"),
        ("render --sheet {wave} -o x.png", "FILE comes before --sheet"),
        ("check {empty}", "no shaders"),
        ("check {wave} --deadline 0", "1 to 600"),
    ],
)
def test_usage(arguments: str, hint: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "empty").mkdir()
    paths = {"{wave}": str(folder / "shaders" / "wave.frag"), "{empty}": str(folder / "empty")}
    with pytest.raises(SystemExit) as ended:
        main([paths.get(part, part) for part in arguments.split()])
    assert ended.value.code == 2
    assert hint in capsys.readouterr().err


def test_one_that_fails_does_not_hinder_others(folder: Path) -> None:
    (folder / "heavy.frag").write_text(HEAVY)
    options = ("-o", "{name}.webp", "--time", "0", "--time", "1.5", "--deadline", "2", "--size", "1280x720")
    done = fractafrag(folder, "render", "heavy.frag", "-", *options, given=WAVE.encode())
    assert done.returncode == 1
    assert b"heavy.frag: too_heavy: A picture of 320 x 180 would take" in done.stderr
    assert sorted(path.name for path in folder.glob("*.webp")) == ["stdin-0.webp", "stdin-1.5.webp"]
    with Image.open(folder / "stdin-0.webp") as picture:
        assert picture.size == (1280, 720)


@pytest.mark.parametrize("seconds", [0.7, 1.3])
def test_interrupts_leave_nothing(seconds: float, folder: Path) -> None:
    (folder / "heavy.frag").write_text(HEAVY)
    command = [
        sys.executable,
        "-m",
        "functions.renderer.cli",
        "render",
        "heavy.frag",
        "-o",
        "x.png",
        "--deadline",
        "30",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [*command, "--size", "320x180"], cwd=folder, env=environment, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(seconds)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal's Ctrl-C, which reaches the children too
        _, said = process.communicate(timeout=10)
    assert process.returncode in (130, -signal.SIGINT)
    assert b"Traceback" not in said
    mark = f"fractafrag-renderer-{process.pid}-"
    assert not list(Path(tempfile.gettempdir()).glob(f"{mark}*"))
    until(lambda: not [p for p in processes() if mark in p.command or p.group == process.pid], 5, "nothing runs")
    assert not list(folder.glob("x*"))
