"""Motion, loops and thumbnails: made sequences, then real clips."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from functions.renderer.clip.flashes import find_flashes
from functions.renderer.clip.loop_point import LoopPoint
from functions.renderer.clip.motion import find_motion, measure_motion
from functions.renderer.pictures.thumbnails import HEIGHT, WIDTH, Downscaler
from tests.renderer.rendering import POSTER, PREVIEW, Record, Service, image
from tests.renderer.sequences import Sequence, flashing, gradient, noise, plasma, pulses, square, wave


def test_a_preview_is_looked_at_as_the_loop_that_it_is() -> None:
    """Twice at its end and twice at its beginning: four flashes while it goes round."""
    frames, fps = flashing(pulses(0.1, 0.3, 3.6, 3.8))
    assert find_flashes(frames, fps).flashing == "none"
    assert measure_motion(frames, fps)["flashing"] == "general"


def test_short_preview() -> None:
    frames, fps = flashing(square(10))
    assert measure_motion(frames[:6], fps)["flashing"] == "general"
    none = {"flashing": "none", "flashes": 0, "red_flashes": 0, "flash_area": 0, "motion": 0}
    assert measure_motion(frames[:1], fps) == none


def test_motion() -> None:
    assert find_motion(flashing(lambda t: 0 * t)[0]) == 0
    assert find_motion(flashing(square(15))[0]) == 1
    assert 0 < find_motion(plasma(1)[0]) < 0.05


def loop(sequence: Sequence) -> tuple[float | None, list[Any]]:
    """The period in seconds, and the frames that are shown."""
    small, fps = sequence
    frames = np.concatenate([small, np.full((*small.shape[:3], 1), 255, np.uint8)], axis=3)
    loop_point = LoopPoint(3 * fps, fps, frames[0].nbytes)
    shown = list[Any]()
    for frame in frames[: loop_point.wanted]:
        shown += [pair[1] for pair in loop_point.add((frame, frame[..., :3]))]
        if loop_point.closed:
            break
    shown += [pair[1] for pair in loop_point.rest()]
    return loop_point.period and loop_point.period / fps, shown


@pytest.mark.parametrize(
    ("sequence", "period"),
    [
        (wave(1), 1.0),
        (wave(0.5), 2.0),
        (wave(0.35), 2.857),
        (gradient(0.8), 2.5),  # one period is 37.5 frames
        (flashing(square(2)), 1.0),
        (wave(0.17), None),
        (noise(8), None),
        (flashing(lambda t: t / 4), None),
        (flashing(lambda t: 0 * t), None),
    ],
)
def test_loops(sequence: Sequence, period: float | None) -> None:
    found, shown = loop(sequence)
    assert found == (period and pytest.approx(period, abs=1 / 30))
    assert len(shown) == round((found or 3) * sequence[1])


def test_what_stands_still_at_first_has_no_period_yet() -> None:
    """Dark, a light from 0.6 to 0.9 s, dark again, and a light that comes later than one second after that."""
    found, _ = loop(flashing(lambda t: (((t > 0.6) & (t < 0.9)) | ((t > 2.0) & (t < 2.3))) * 1.0))
    assert found is None


def test_a_loop_has_no_seam() -> None:
    """Its last frame is as close to its first as any frame to the next."""
    for sequence in (wave(0.5), wave(0.35), wave(0.17), plasma(1), flashing(lambda t: t / 4)):
        shown = [frame.astype(float) for frame in loop(sequence)[1]]
        steps = [np.abs(one - other).mean() for one, other in pairwise(shown)]
        assert np.abs(shown[-1] - shown[0]).mean() < 2 * max(steps) + 1


def test_thumbnails_are_of_light() -> None:
    """A chequerboard of single pixels is as bright as the half of white, which is 188 in sRGB."""
    board = np.zeros((270, 480, 4), np.uint8)
    board[::2, ::2], board[1::2, 1::2] = 255, 255
    small = Downscaler(480, 270).downscale(board)
    assert small.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(small[:, :-1].astype(int) - 188).max() < 3
    for width, height in ((16, 16), (100, 40), (270, 480), (1920, 1080)):
        full = np.full((height, width, 4), 77, np.uint8)
        assert (Downscaler(width, height).downscale(full) == 77).all()


def render(service: Service, statements: str, **clip: Any) -> list[Record]:
    return list(service.stream(image(statements), {"stills": [POSTER], "clip": {**PREVIEW, **clip}}))


def test_strobe_is_flagged(service: Service) -> None:
    strobe = render(service, "c = mix(vec4(1), vec4(1, 0, 0, 1), step(0.5, fract(iTime * 10.0 + 0.01)));")
    assert [record.get("name", record["record"]) for record in strobe] == [
        "fit",
        "facts",
        "poster",
        "fit",
        "facts",
        "facts",
        "preview",
        "end",
    ]
    assert strobe[6]["fps"] == 30
    early, facts = strobe[4], strobe[5]
    assert "flashing" not in early
    assert facts["flashing"] == "both"
    assert abs(facts["flashes"] - 10) <= 0.5
    assert abs(facts["red_flashes"] - 10) <= 0.5
    assert facts["flash_area"] == 1
    assert facts["moves"] is True, "a later record has the earlier one's facts too"


def test_calm_shader_is_not(service: Service) -> None:
    facts = render(service, "c = vec4(p / iResolution.xy, 0.5 + 0.5 * sin(iTime * 1.57079633), 1.0);")[5]
    assert facts["flashing"] == "none"
    assert 0 < facts["motion"] < 0.02


@pytest.mark.parametrize(("width", "height"), [(16, 16), (100, 40), (270, 480)])
def test_clips_of_any_size(service: Service, width: int, height: int) -> None:
    """Half of the picture, from the top."""
    code = "c = vec4(p.y > iResolution.y / 2. ? floor(fract(iTime * 5. + 0.01) * 2.) : 0.);"
    facts = render(service, code, width=width, height=height, duration=1)[5]
    assert facts["flashing"] == "general"
    assert facts["flash_area"] == pytest.approx(0.5, abs=0.03)


def test_fine_patterns_are_grey(service: Service) -> None:
    """A chequerboard of single pixels that changes its colours."""
    code = "c = vec4(mod(floor(p.x) + floor(p.y) + floor(iTime * 20. + 0.01), 2.));"
    assert render(service, code, duration=1)[5]["flashing"] == "none"
