"""Every uniform by its value: a shader encodes it as a colour, and the pixel is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.player.playing import Bench
from tests.player.projects import image, reads

CASES = Path(__file__).parents[1] / "cases"
FRAME = {
    "time": 2.5,
    "timeDelta": 0.04,
    "frame": 7,
    "date": [2031, 4, 17, 3661.5],
    "mouse": [3, 5, 2, -4],
    "width": 16,
    "height": 10,
}


@pytest.mark.parametrize(
    "truth",
    [
        "iResolution == vec3(16.0, 10.0, 1.0)",
        "iTime == 2.5",
        "iTimeDelta == 0.04",
        "iFrame == 7",
        "abs(iFrameRate - 25.0) < 0.001",
        "iDate == vec4(2031.0, 4.0, 17.0, 3661.5)",
        "iMouse == vec4(3.0, 5.0, 2.0, -4.0)",
        "iSampleRate == 44100.0",
        "iChannelTime[0] == 0.0 && iChannelTime[3] == 0.0",
        "iChannelResolution[0] == vec3(0.0)",
        "iChannelResolution[1] == vec3(64.0, 64.0, 1.0)",
        "iChannelResolution[2] == vec3(256.0, 3.0, 1.0)",
        "iCh1.size == vec3(64.0, 64.0, 1.0) && iCh1.loaded == 1 && iCh1.time == 0.0",
        "iCh0.loaded == 0",
        "texture(iCh1.sampler, vec2(0.3)) == texture(iChannel1, vec2(0.3))",
        "texture(iChannel0, vec2(0.5)) == vec4(0.0, 0.0, 0.0, 1.0)",
        "HW_PERFORMANCE == 1",
        "fragCoord == vec2(2.5, 1.5)",
    ],
)
def test_uniform_has_its_value(bench: Bench, truth: str) -> None:
    project = image(f"vec4({truth})", reads(1, "texture", "rgba-noise-64"), reads(2, "keyboard"))
    assert bench.load(project) == []
    assert bench.pixel(2, 1, **FRAME) == [255, 255, 255, 255]


def test_the_truths_above_can_fail(bench: Bench) -> None:
    assert bench.load(image("vec4(iTime == 2.0)")) == []
    assert bench.pixel(**FRAME) == [0, 0, 0, 255]


def test_defaults_read_no_clock(bench: Bench) -> None:
    assert bench.load(image("vec4(iDate.x / 10000.0, iDate.w / 1e5, iTimeDelta * 10.0, 1.0)")) == []
    first = bench.pixel()
    bench.page.wait_for_timeout(30)
    assert bench.pixel() == first == [52, 110, 42, 255]


@pytest.mark.parametrize(
    ("time", "date"),
    [(0.0, "2026.0, 0.0, 1.0, 43200.0"), (1.5, "2026.0, 0.0, 1.0, 43201.5"), (43200.0, "2026.0, 0.0, 2.0, 0.0")],
)
def test_the_date_goes_on_with_the_time(bench: Bench, time: float, date: str) -> None:
    assert bench.load(image(f"vec4(iDate == vec4({date}))")) == []
    assert bench.pixel(time=time)[0] == 255


def test_asserts_harm_nothing(bench: Bench) -> None:
    code = (CASES / "st-assert.frag").read_text()
    assert bench.load({"passes": [{"type": "image", "code": code}]}) == []
    assert bench.pixel(6, 1) == [round(255 * 6.5 / 8), round(255 * 1.5 / 8), 0, 255]
    code = code.replace("iFrame>=0", "iFrame<0, 2")
    assert bench.load({"passes": [{"type": "image", "code": code}]}) == []
    assert bench.pixel(6, 1) == [round(255 * 6.5 / 8), round(255 * 1.5 / 8), 0, 255]


def test_image_alpha_is_one_where_a_colour_is_no_number(bench: Bench) -> None:
    project = image("fragCoord.x < 1.0 ? vec4(sqrt(-1.0 - iTime)) : fragCoord.x < 2.0 ? vec4(1.0 / iTime) : vec4(1.0)")
    assert bench.load(project) == []
    assert [bench.pixel(x)[3] for x in range(3)] == [255, 255, 255]
    bench.call("fresh", {"marked": True})
    assert bench.load(project) == []
    assert [bench.pixel(x)[3] for x in range(3)] == [170, 85, 255], "for who counts them"


def test_frames_count_by_themselves_and_reset_starts_again(bench: Bench) -> None:
    assert bench.load(image("vec4(float(iFrame) / 255.0)")) == []
    assert [bench.pixel()[0] for _ in range(3)] == [0, 1, 2]
    bench.call("reset")
    assert bench.pixel()[0] == 0


def test_image_alpha_is_one(bench: Bench) -> None:
    assert bench.load(image("vec4(0.2, 0.4, 0.6, 0.0)")) == []
    assert bench.pixel() == [51, 102, 153, 255]


@pytest.mark.parametrize(
    ("kind", "expression", "default", "value", "shown"),
    [
        ("float", "vec4(knob)", 0.2, 0.4, [51, 102]),
        ("int", "vec4(float(knob) / 255.0)", 7, 9, [7, 9]),
        ("bool", "vec4(knob)", False, True, [0, 255]),
        ("color", "knob.rrrr", [0.2, 0, 0, 1], [0.4, 0, 0, 1], [51, 102]),
        ("color", "knob.rrrr", [0.2, 0, 0], "#660000", [51, 102]),
        ("point2d", "knob.yyyy", [0, 0.2], [0, 0.4], [51, 102]),
    ],
)
def test_params(bench: Bench, kind: str, expression: str, default: object, value: object, shown: list[int]) -> None:
    param = {"name": "knob", "type": kind, "label": "Knob", "default": default}
    assert bench.load(image(expression, params=[param])) == []
    assert bench.pixel()[0] == shown[0]
    assert bench.pixel(params={"knob": value})[0] == shown[1]


def test_uses(bench: Bench) -> None:
    none = {"buffers": False, "discards": False, "mouse": False, "keyboard": False, "time": False}
    assert bench.call("uses") == none
    bench.load(image("vec4(iMouse.x + iTime)", reads(0, "keyboard")))
    assert bench.call("uses") == none | {"mouse": True, "keyboard": True, "time": True}
    bench.load(image("vec4(1.0) /* iTime, iMouse, discard */"))
    assert bench.call("uses") == none
