"""The starter shaders: each compiles, shows something, moves unless it says it is a still, and never flashes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from db import starters
from tests.player.playing import ROOT, Bench

FOLDERS = sorted(path.parent for path in (ROOT / "db" / "seed").glob("*/shader.toml"))
FPS = 60


def frames(starter: dict[str, Any]) -> list[dict[str, float]]:
    """A second and a half; simulations work in texels, so they need more of them."""
    simulates = any(entry["type"] == "buffer" for entry in starter["project"]["passes"])
    width, height = (160, 90) if simulates else (64, 36)
    times = [{"timeDelta": 1 / FPS, "time": frame / FPS, "frame": frame} for frame in range(91)]
    return [{"width": width, "height": height, **time} for time in times]


def test_there_are_enough() -> None:
    assert len(FOLDERS) >= 24
    assert len({starters.read(folder)["title"] for folder in FOLDERS}) == len(FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_starter(bench: Bench, folder: Path) -> None:
    starter = starters.read(folder)
    assert bench.load(starter["project"]) == []
    shots = frames(starter)
    lights = bench.call("lights", shots)

    _, spread = lights[FPS]
    assert spread > 12, "at one second there is nothing to see"
    if "still" in starter["tags"]:
        assert bench.hash(shots[0]) == bench.hash(shots[-1])
    else:
        assert bench.hash(*shots[: FPS + 1]) != bench.hash(*shots)
    means = [mean for mean, _ in lights]
    jumps = [abs(after - before) for before, after in pairwise(means[2:])]
    assert max(jumps) < 12, "the whole picture jumps in brightness from one frame to the next"
