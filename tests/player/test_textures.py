"""Textures, samplers and the keyboard."""

from __future__ import annotations

import pytest

from tests.player.playing import Bench
from tests.player.projects import buffer, image, reads


@pytest.mark.parametrize(
    ("name", "size", "channels"),
    [
        ("grey-noise-256", 256, 1),
        ("grey-noise-64", 64, 1),
        ("rgba-noise-256", 256, 4),
        ("rgba-noise-64", 64, 4),
        ("blue-noise-256", 256, 4),
        ("bayer-8", 8, 1),
    ],
)
def test_noise_is_uniform(bench: Bench, name: str, size: int, channels: int) -> None:
    found = bench.call("statistics", name)
    assert (found["width"], found["height"], found["channels"]) == (size, size, channels)
    assert all(abs(mean - 127.5) < 2 for mean in found["means"])
    assert all(abs(deviation - 73.9) < 1 for deviation in found["deviations"])


@pytest.mark.parametrize("name", ["organic", "wood", "stone"])
def test_materials_have_light_and_contrast(bench: Bench, name: str) -> None:
    found = bench.call("statistics", name)
    assert (found["width"], found["height"]) == (512, 512)
    assert all(30 < mean < 190 for mean in found["means"][:3])
    assert all(deviation > 9 for deviation in found["deviations"][:3])
    assert found["means"][3] == 255


@pytest.mark.parametrize("size", [256, 64])
@pytest.mark.parametrize(("vflip", "shift"), [(False, "vec2(37.0, 17.0)"), (True, "vec2(37.0, -17.0)")])
def test_rgba_noise_reads_as_three_dimensions(bench: Bench, size: int, vflip: bool, shift: str) -> None:
    """`.y` of one slice is `.x` of the slice before it; blue and alpha go on likewise."""
    here = f"texelFetch(iChannel0, ivec2(mod(fragCoord * 7.0, {size}.0)), 0).rgb"
    there = f"texelFetch(iChannel0, ivec2(mod(floor(fragCoord * 7.0) + {shift}, {size}.0)), 0).gba"
    project = image(f"vec4({here} == {there})", reads(0, "texture", f"rgba-noise-{size}", vflip=vflip))
    assert bench.load(project) == []
    assert all(bench.pixel(x, y)[0] == 255 for x, y in [(0, 0), (3, 5), (7, 7)])


def test_blue_noise_has_few_low_frequencies(bench: Bench) -> None:
    """Means of 8 x 8 blocks of white noise spread by 73.9 / 8 = 9.2; of blue noise far less."""
    values = bench.call("bytes", "blue-noise-256", 4)
    blocks = [
        sum(values[(by + y) * 256 + bx + x] for y in range(8) for x in range(8)) / 64
        for by in range(0, 256, 8)
        for bx in range(0, 256, 8)
    ]
    spread = (sum((block - 127.5) ** 2 for block in blocks) / len(blocks)) ** 0.5
    assert spread < 3


def test_bayer_holds_every_threshold_once(bench: Bench) -> None:
    assert sorted(bench.call("bytes", "bayer-8")) == [4 * rank + 2 for rank in range(64)]


@pytest.mark.parametrize(
    ("wrap", "expected"),
    [("clamp", 7), ("repeat", 1), ("mirror", 6)],
)
def test_wrap(bench: Bench, wrap: str, expected: int) -> None:
    """Buffer A holds its own column 0 to 7; the picture reads one and a half columns past the edge."""
    project = image("texture(iChannel0, vec2(9.5 / 8.0, 0.5))", reads(0, "buffer", "A", filter="nearest", wrap=wrap))
    project["passes"].append(buffer("A", "vec4(floor(fragCoord.x) / 255.0)"))
    assert bench.load(project) == []
    assert bench.pixel()[0] == expected


@pytest.mark.parametrize(("filter_", "expected"), [("nearest", 40), ("linear", 30)])
def test_filter(bench: Bench, filter_: str, expected: int) -> None:
    project = image("texture(iChannel0, vec2(2.0 / 8.0, 0.5))", reads(0, "buffer", "A", filter=filter_))
    project["passes"].append(buffer("A", "vec4(floor(fragCoord.x) * 20.0 / 255.0)"))
    assert bench.load(project) == []
    assert bench.pixel()[0] == expected


def test_mipmaps_of_a_texture(bench: Bench) -> None:
    code = "textureLod(iChannel0, fragCoord / iResolution.xy, 8.0)"
    assert bench.load(image(code, reads(0, "texture", "grey-noise-256"))) == []
    assert abs(bench.pixel(1, 1)[0] - 127) <= 6  # eight levels, each rounded to bytes
    assert bench.load(image(code, reads(0, "texture", "grey-noise-256", filter="linear"))) == []
    assert bench.pixel(1, 1)[0] != bench.pixel(6, 3)[0]


def test_vflip_turns_rows_round(bench: Bench) -> None:
    code = "vec4(texelFetch(iChannel0, ivec2(3, 5), 0) == texelFetch(iChannel1, ivec2(3, 506), 0))"
    flipped = reads(1, "texture", "wood", vflip=True)
    assert bench.load(image(code, reads(0, "texture", "wood"), flipped)) == []
    assert bench.pixel()[0] == 255


def test_srgb_decodes(bench: Bench) -> None:
    code = "vec4(texture(iChannel1, vec2(0.3)).r < texture(iChannel0, vec2(0.3)).r - 0.05)"
    assert bench.load(image(code, reads(0, "texture", "stone"), reads(1, "texture", "stone", srgb=True))) == []
    assert bench.pixel()[0] == 255


def test_keyboard_rows(bench: Bench) -> None:
    keys = [0] * 768
    keys[32], keys[256 + 65], keys[512 + 13] = 255, 255, 255
    code = (
        "vec4(texelFetch(iChannel2, ivec2(32, 0), 0).r, texelFetch(iChannel2, ivec2(65, 1), 0).r, "
        "texelFetch(iChannel2, ivec2(13, 2), 0).r, 1.0)"
    )
    assert bench.load(image(code, reads(2, "keyboard"))) == []
    assert bench.pixel(keyboard=keys) == [255, 255, 255, 255]
    assert bench.pixel() == [0, 0, 0, 255]
