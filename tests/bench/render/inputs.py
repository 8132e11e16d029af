"""What the benchmark draws: six shaders for four seconds each, and the starter shaders."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.renderer.cli.sources import read_sources
from shared.renders.plan import Plan, read_plan

ROOT = Path(__file__).parents[3]
SHADERS = Path(__file__).with_name("shaders")
STARTERS = ROOT / "db" / "seed"

WIDTH, HEIGHT, FPS, FRAMES = 480, 270, 30, 120
SAMPLES = range(0, FRAMES, 9)
"""Frames, even and odd, that are compared with what the encoder made of them."""
DEADLINE = 60.0
"""Seconds: so much that no shader is drawn smaller or slower than was asked for."""

_STILL = {"name": "still", "time": 1.0, "width": 160, "height": 90, "format": "webp"}
"""Not smaller: the renderer estimates the clip's cost from it, and much of a tiny one's cost is not its pixels'."""
_CLIP = {
    "name": "clip",
    "start": 0.0,
    "duration": FRAMES / FPS,
    "fps": FPS,
    "width": WIDTH,
    "height": HEIGHT,
    "format": "mp4",
    "unless_still": False,
    "sparse": True,
}


@dataclass(frozen=True, slots=True)
class Shader:
    """A project with a name."""

    name: str
    project: dict[str, Any]


def read_shaders(folder: Path) -> list[Shader]:
    """Every shader of a folder, by name. Raises ValueError for one that is no project."""
    sources = read_sources([str(folder)])
    for source in sources:
        if source.fault:
            raise ValueError(f"{source.path}: {source.fault[1]}")
    return [Shader(source.name, source.project) for source in sources]


def clip_plan() -> Plan:
    """A clip, and a small still since every plan has one."""
    return read_plan({"stills": [_STILL], "clip": _CLIP}, DEADLINE)


def samples_plan() -> Plan:
    """The frames to compare, unencoded: lossless stills at their times."""
    size = {"width": WIDTH, "height": HEIGHT, "format": "png"}
    stills = [{"name": str(frame), "time": frame / FPS, **size} for frame in SAMPLES]
    return read_plan({"stills": stills, "clip": None}, DEADLINE)
