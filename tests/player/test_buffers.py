"""Buffers: their order within a frame, feedback, precision, resizing, determinism."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.player.playing import Bench, open_bench
from tests.player.projects import buffer, image, reads

CASES = Path(__file__).parents[1] / "cases"
COUNT = "texelFetch(iChannel0, ivec2(0), 0) + vec4(10.0 / 255.0, 0.0, 0.0, 0.0)"
SHOW = "texelFetch(iChannel0, ivec2(0), 0)"


def counter() -> dict[str, object]:
    """Buffer A adds 10 to its red byte every frame."""
    return image(SHOW, reads(0, "buffer", "A"), before=[buffer("A", COUNT, reads(0, "buffer", "A"))])


def test_a_buffer_reads_its_own_previous_frame(bench: Bench) -> None:
    assert bench.load(counter()) == []
    assert [bench.pixel(frame=frame)[0] for frame in range(4)] == [10, 20, 30, 40]


def test_a_frame_that_nobody_looks_at_moves_the_buffers_on(bench: Bench) -> None:
    assert bench.load(counter()) == []
    for frame in range(3):
        assert bench.pixel(x=7, y=7, frame=frame, buffersOnly=True) == [0, 0, 0, 0]
    assert bench.pixel(x=7, y=7, frame=3)[0] == 40


def test_buffers_start_empty_alpha_too(bench: Bench) -> None:
    assert bench.load(json.loads((CASES / "buffer-start.json").read_text())) == []
    assert bench.pixel(6, 1) == [round(255 * 6.5 / 8), round(255 * 1.5 / 8), 0, 255]
    assert bench.pixel(6, 1, frame=1) == bench.pixel(6, 1, frame=2), "both textures"


def test_what_an_image_discards_shows_earlier_frames(bench: Bench) -> None:
    project = image("iFrame == int(fragCoord.x) ? vec4(0.2 * float(iFrame + 1)) : none()")
    project["passes"].append({"type": "common", "code": "vec4 none() { discard; return vec4(0.0); }"})
    assert bench.load(project) == []
    for frame in range(3):
        bench.pixel(frame=frame)
    row = [bench.pixel(x=x, frame=7)[0] for x in range(4)]
    assert row == [51, 102, 153, 0]
    assert bench.pixel(x=1, frame=0) == [0, 0, 0, 255], "frame 0 starts with nothing"
    bench.call("reset")
    assert bench.pixel(x=2, frame=5)[0] == 0


def test_what_is_odd_is_told(bench: Bench) -> None:
    project = image(
        "texture(iChannel0, vec2(0.5)) + texture(iChannel1, vec2(0.5)) + vec4(iChannelResolution[3], 1.0)",
        reads(0, "buffer", "B"),
    )
    project["passes"].append(buffer("A", "vec4(0.5)", reads(2, "buffer", "A")))
    assert bench.load(project) == []
    assert bench.call("warnings") == [
        {"code": "unbound_channel", "pass": "image", "channel": 1},
        {"code": "absent_buffer", "pass": "image", "channel": 0, "source": "B"},
    ]
    assert bench.load(counter()) == []
    assert bench.call("warnings") == []


def test_frame_zero_and_reset_clear(bench: Bench) -> None:
    assert bench.load(counter()) == []
    assert [bench.pixel(frame=frame)[0] for frame in (0, 1, 0, 1)] == [10, 20, 10, 20]
    bench.call("reset")
    assert bench.pixel()[0] == 10


def test_earlier_buffers_are_current_and_later_ones_previous(bench: Bench) -> None:
    """A writes the frame's number; B stands before A in the list, but after it in the frame."""
    project = image(
        "vec4(texelFetch(iChannel0, ivec2(0), 0).r, texelFetch(iChannel1, ivec2(0), 0).g, 0.0, 1.0)",
        reads(0, "buffer", "B"),
        reads(1, "buffer", "A"),
    )
    number = "vec4(float(iFrame) / 255.0, texelFetch(iChannel0, ivec2(0), 0).r, 0.0, 1.0)"
    project["passes"] += [buffer("B", SHOW, reads(0, "buffer", "A")), buffer("A", number, reads(0, "buffer", "B"))]
    assert bench.load(project) == []
    drawn = [bench.pixel(frame=frame) for frame in range(4)]
    assert [pixel[0] for pixel in drawn] == [0, 1, 2, 3]
    assert [pixel[1] for pixel in drawn] == [0, 0, 1, 2]


def test_buffers_hold_floats_out_of_range_and_alpha(bench: Bench) -> None:
    project = image(
        "vec4(texture(iChannel0, vec2(0.5)) == vec4(-3.5, 1e6, 1.0 / 3.0, 0.25))",
        reads(0, "buffer", "A"),
        before=[buffer("A", "vec4(-3.5, 1e6, 1.0 / 3.0, 0.25)")],
    )
    assert bench.load(project) == []
    assert bench.pixel()[0] == 255


def test_resizing_keeps_texels_where_they_are(bench: Bench) -> None:
    code = "iFrame == 0 ? vec4(fragCoord / 255.0, 0.0, 1.0) : texelFetch(iChannel0, ivec2(fragCoord), 0)"
    project = image("texelFetch(iChannel0, ivec2(fragCoord), 0)", reads(0, "buffer", "A"))
    project["passes"].append(buffer("A", code, reads(0, "buffer", "A")))
    assert bench.load(project) == []
    bench.pixel(frame=0, width=12, height=12)
    assert bench.pixel(5, 3, frame=1, width=20, height=6)[:2] == [6, 4]
    assert bench.pixel(15, 3, frame=2, width=20, height=6)[:2] == [0, 0]


def test_mipmaps_of_a_buffer_are_made_every_frame(bench: Bench) -> None:
    stripes = "vec4(mod(floor(fragCoord.x), 2.0) * float(iFrame + 1) / 4.0)"
    project = image("textureLod(iChannel0, vec2(0.5), 3.0)", reads(0, "buffer", "A", filter="mipmap"))
    project["passes"].append(buffer("A", stripes))
    assert bench.load(project) == []
    assert [bench.pixel(frame=frame)[0] for frame in range(3)] == [32, 64, 96]


def test_a_failed_load_keeps_the_previous_program(bench: Bench) -> None:
    assert bench.load(counter()) == []
    assert bench.pixel()[0] == 10
    assert bench.load(image("vec4(nonsense)"))[0]["line"] == 1
    assert bench.pixel()[0] == 20


def test_a_channel_whose_buffer_is_absent_reads_black(bench: Bench) -> None:
    read = "vec4(texture(iChannel0, vec2(0.5)).rgb + 0.2 * float(textureSize(iChannel0, 0).x), 1.0)"
    assert bench.load(image(read, reads(0, "buffer", "B"))) == []
    assert bench.pixel() == [51, 51, 51, 255]


@pytest.mark.parametrize("frames", [1, 12])
def test_two_fresh_contexts_give_the_same_bytes(browser: Browser, bench: Bench, frames: int) -> None:
    life = "0.5 + 0.5 * sin(texture(iChannel0, fragCoord / iResolution.xy + 0.01) * 3.0 + fragCoord.xyxy * 0.1 + iTime)"
    project = image("texture(iChannel0, (fragCoord + sin(iTime)) / iResolution.xy)", reads(0, "buffer", "A"))
    project["passes"].append(buffer("A", life, reads(0, "buffer", "A", wrap="repeat")))
    shots = [{"time": frame / 30, "frame": frame, "width": 64, "height": 36} for frame in range(frames)]
    first = digest(bench, project, shots)
    other = open_bench(browser)
    second = digest(other, project, shots)
    other.page.context.close()
    assert second == first
    assert digest(bench, project, [*shots[:-1], {**shots[-1], "time": 9.0}]) != first


def digest(bench: Bench, project: object, shots: list[dict[str, object]]) -> str:
    assert bench.load(project) == []
    return bench.hash(*shots)
