"""Flash analysis, over a labelled set of made sequences."""

import base64
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rendering import POSTER, PREVIEW, Record, Service, image

from functions.renderer.clips import read_encoded
from functions.renderer.flashes import find_flashes
from functions.renderer.motion import HEIGHT, WIDTH, find_loop, find_motion, measure_motion, read_miniatures
from functions.renderer.pictures import BadOutput
from functions.renderer.plan import Clip

Curve = Callable[[Any], Any]
Sequence = tuple[Any, int]

WHITE, BLACK, RED, BLUE, GREEN = (255, 255, 255), (0, 0, 0), (255, 0, 0), (0, 0, 255), (0, 255, 0)
SECONDS = 4
ROWS, COLUMNS = np.mgrid[0:HEIGHT, 0:WIDTH]


def square(rate: float) -> Curve:
    """0 and 1, `rate` times a second."""
    return lambda t: np.floor(2 * rate * t + 1e-6) % 2


def sine(rate: float) -> Curve:
    return lambda t: 0.5 + 0.5 * np.sin(2 * np.pi * rate * t)


def pulses(*times: float) -> Curve:
    """A twentieth of a second each."""
    return lambda t: np.max([(t >= at) & (t < at + 0.05) for at in times], axis=0).astype(float)


def part(share: float) -> Any:
    """A block of this share of the picture, in its proportions."""
    side = share**0.5
    return ((side * HEIGHT > ROWS) & (side * WIDTH > COLUMNS)).astype(float)


def blend(level: Any, low: Any = BLACK, high: Any = WHITE) -> Any:
    """N x H x W levels from 0 to 1 as N x H x W x 3, in sRGB's own steps."""
    shown = np.broadcast_to(level[..., None], (*level.shape, 3))
    return np.uint8(np.round(np.asarray(low) * (1 - shown) + np.asarray(high) * shown))


def flashing(curve: Curve, low: Any = BLACK, high: Any = WHITE, *, area: float = 1, fps: int = 30) -> Sequence:
    t = np.arange(SECONDS * fps) / fps
    return blend(curve(t)[:, None, None] * part(area), low, high), fps


def drawn(level: Callable[[float], Any], low: Any = BLACK, high: Any = WHITE, fps: int = 30) -> Sequence:
    """From a function of the time that gives H x W levels."""
    return blend(np.stack([np.clip(level(n / fps), 0, 1) for n in range(SECONDS * fps)]), low, high), fps


def grey(luminance: float) -> tuple[int, int, int]:
    """The nearest level that is at least as light."""
    value = 12.92 * luminance if luminance <= 0.0031308 else 1.055 * luminance ** (1 / 2.4) - 0.055
    level = int(np.ceil(255 * value))
    return level, level, level


def noise(cell: int) -> Sequence:
    """Random levels in blocks of so many pixels, of which a cell has eight by eight."""
    random = np.random.default_rng(7)
    count = 8 // cell
    frames = [random.random((HEIGHT, count, WIDTH, count)).mean(axis=(1, 3)) for _ in range(SECONDS * 30)]
    return blend(np.stack(frames)), 30


def light(t: float) -> Any:
    """A small lamp that blinks and wanders."""
    x, y = 32 + 20 * np.cos(t), 18 + 10 * np.sin(2 * t)
    return ((np.hypot(COLUMNS - x, ROWS - y) < 3) & (np.floor(20 * t + 1e-6) % 2 > 0)).astype(float)


def vignette(rate: float) -> Sequence:
    """Pulses that reach the corners later and darker than the middle."""
    fall = 1 - 0.6 * np.hypot((COLUMNS - 32) / 32, (ROWS - 18) / 18) / 2**0.5
    return drawn(lambda t: fall * (0.5 + 0.5 * np.sin(2 * np.pi * rate * t - 2 * (1 - fall))))


def stripes(speed: float, period: int) -> Sequence:
    """Hard edges; speed in cells a second."""
    return drawn(lambda t: (np.mod(COLUMNS - speed * t, period) < period / 2).astype(float))


def gradient(rate: float) -> Sequence:
    return drawn(lambda t: np.mod(COLUMNS / WIDTH - rate * t, 1))


def wave(rate: float) -> Sequence:
    return drawn(lambda t: 0.5 + 0.5 * np.sin(2 * np.pi * (COLUMNS / 32 - rate * t)))


def bar(speed: float) -> Sequence:
    return drawn(lambda t: (np.abs(np.mod(COLUMNS - speed * t, WIDTH) - 8) < 3).astype(float))


def board(rate: float, cells: int) -> Sequence:
    """A chequerboard that changes its colours."""
    odd = (ROWS // cells + COLUMNS // cells) % 2
    return drawn(lambda t: np.abs(odd - square(rate)(t)))


def plasma(speed: float) -> Sequence:
    def level(t: float) -> Any:
        waves = np.sin(COLUMNS / 7 + speed * t) + np.sin(ROWS / 5 - 1.3 * speed * t) + np.sin((COLUMNS + ROWS) / 9 + t)
        return 0.5 + waves / 6

    return drawn(level, (20, 0, 60), (255, 180, 40))


def halves(rate: float) -> Sequence:
    """The left and the right half in turn, each at half the rate."""
    left = COLUMNS < WIDTH / 2
    return drawn(
        lambda t: np.where(left, pulses(*np.arange(0, 4, 2 / rate))(t), pulses(*np.arange(1 / rate, 4, 2 / rate))(t))
    )


def fades(luminance: float) -> Sequence:
    """Rises over ten frames, drops at once, twice a second, then six times."""
    return flashing(lambda t: luminance * np.mod(t * 2, 1))


DANGEROUS: dict[str, Sequence] = {
    "4 Hz": flashing(square(4)),
    "5 Hz sine": flashing(sine(5)),
    "7 Hz": flashing(square(7)),
    "10 Hz": flashing(square(10)),
    "15 Hz": flashing(square(15)),
    "4 Hz sine": flashing(sine(4)),
    "20 Hz at 60 fps": flashing(square(20), fps=60),
    "30 Hz at 60 fps": flashing(square(30), fps=60),
    "5 Hz at 10 fps": flashing(square(5), fps=10),
    "a third of the picture": flashing(square(8), area=0.34),
    "a quarter of the picture": flashing(square(8), area=0.25),
    "a tenth of the picture": flashing(square(8), area=0.1),
    "just more than a quarter of a field": flashing(square(8), area=0.035),
    "contrast just enough": flashing(square(6), grey(0.3), grey(0.401)),
    "dark, contrast just enough": flashing(square(6), BLACK, grey(0.101)),
    "darker side just below 0.8": flashing(square(6), grey(0.78), WHITE),
    "red and black": flashing(square(5), BLACK, RED),
    "red and white": flashing(square(10), WHITE, RED),
    "red and green of equal luminance": flashing(square(5), (0, 148, 0), RED),
    "red and blue": flashing(square(6), BLUE, RED),
    "red and grey of equal luminance": flashing(square(6), (127, 127, 127), RED),
    "dark red and black": flashing(square(6), BLACK, (150, 0, 0)),
    "red fading": flashing(sine(5), (127, 127, 127), RED),
    "orange red": flashing(square(6), (100, 145, 170), (255, 95, 40)),
    "green and black": flashing(square(5), BLACK, GREEN),
    "green and magenta": flashing(square(5), (255, 0, 255), GREEN),
    "four short pulses in a second": flashing(pulses(1.0, 1.25, 1.5, 1.75)),
    "a burst at the end": flashing(pulses(3.0, 3.15, 3.3, 3.45)),
    "pulses with a vignette": vignette(5),
    "large chequerboard": board(6, 6),
    "halves in turn": halves(5),
    "coarse noise": noise(8),
    "a sine wave of 5 Hz passing": wave(5),
    "on a slow fade": flashing(lambda t: 0.3 * t / 4 + 0.6 * square(5)(t)),
}
SAFE: dict[str, Sequence] = {
    "black": flashing(lambda t: 0 * t),
    "1 Hz": flashing(square(1)),
    "2 Hz": flashing(square(2)),
    "3 Hz": flashing(square(3)),
    "3 Hz sine": flashing(sine(3)),
    "2 Hz sine": flashing(sine(2)),
    "contrast not enough": flashing(square(8), grey(0.3), grey(0.39)),
    "dark, contrast not enough": flashing(square(8), BLACK, grey(0.09)),
    "both sides bright": flashing(square(8), grey(0.81), WHITE),
    "a fiftieth of the picture": flashing(square(10), area=0.02),
    "just less than a quarter of a field": flashing(square(10), area=0.024),
    "blue and black": flashing(square(8), BLACK, BLUE),
    "red, hardly changing": flashing(square(8), (235, 0, 0), RED),
    "red 2 Hz": flashing(square(2), WHITE, RED),
    "very dark red": flashing(square(8), BLACK, (60, 0, 0)),
    "pale red and grey": flashing(square(8), (128, 128, 128), (150, 120, 120)),
    "a single flash": flashing(pulses(1.0)),
    "three flashes in a second": flashing(pulses(1.0, 1.3, 1.6)),
    "three flashes and three more": flashing(pulses(0.0, 0.3, 0.6, 2.0, 2.3, 2.6)),
    "one slow fade": flashing(lambda t: t / 4),
    "fading twice a second": fades(1.0),
    "fine noise": noise(1),
    "a bar passing": bar(32),
    "slow stripes": stripes(8, 8),
    "slow gradient": gradient(0.5),
    "a gradient twice a second": gradient(2),
    "a sine wave of 1 Hz passing": wave(1),
    "a small light that blinks": drawn(light),
    "slow chequerboard": board(2, 6),
    "calm plasma": plasma(1.5),
    "lively plasma": plasma(6),
    "faint flicker on a fade": flashing(lambda t: 0.1 * t + 0.1 * square(10)(t)),
}


@pytest.mark.parametrize("name", DANGEROUS)
def test_dangerous(name: str) -> None:
    found = find_flashes(*DANGEROUS[name])
    assert found.flashing != "none", found


@pytest.mark.parametrize("name", SAFE)
def test_safe(name: str) -> None:
    found = find_flashes(*SAFE[name])
    assert found.flashing == "none", found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("10 Hz", "general"),
        ("red and white", "both"),
        ("red and green of equal luminance", "red"),
        ("dark red and black", "red"),
        ("green and black", "general"),
    ],
)
def test_kinds(name: str, kind: str) -> None:
    assert find_flashes(*DANGEROUS[name]).flashing == kind


def test_counts_and_area() -> None:
    found = find_flashes(*flashing(square(7), area=0.25))
    assert abs(found.general - 7) <= 0.5
    assert found.red == 0
    assert found.area == 0.25


def test_any_size_and_length() -> None:
    for shape in ((1, 36, 64, 3), (2, 1, 1, 3), (40, 2, 5, 3)):
        assert find_flashes(np.zeros(shape, np.uint8), 30).flashing == "none"


def test_fast_enough() -> None:
    frames, fps = SAFE["calm plasma"]
    spent = list[float]()
    for _ in range(5):
        began = time.thread_time()
        find_flashes(frames, fps)
        spent.append(time.thread_time() - began)
    assert min(spent) < 0.06, "measured: 0.02 s on a quiet machine"


def test_a_preview_is_looked_at_as_the_loop_that_it_is() -> None:
    """Twice at its end and twice at its beginning: four flashes while it goes round."""
    frames, fps = flashing(pulses(0.1, 0.3, 3.6, 3.8))
    assert find_flashes(frames, fps).flashing == "none"
    assert measure_motion(frames, fps)["flashing"] == "general"


def test_short_preview() -> None:
    frames, fps = flashing(square(10))
    assert measure_motion(frames[:6], fps)["flashing"] == "general"
    none = {"flashing": "none", "flashes": 0, "red_flashes": 0, "flash_area": 0, "motion": 0, "loops": None}
    assert measure_motion(frames[:1], fps) == none


def test_motion() -> None:
    assert find_motion(flashing(lambda t: 0 * t)[0]) == 0
    assert find_motion(flashing(square(15))[0]) == 1
    assert 0 < find_motion(plasma(1)[0]) < 0.05


@pytest.mark.parametrize(
    ("sequence", "period"),
    [
        (wave(1), 1.0),
        (wave(0.5), 2.0),
        (wave(0.25), 4.0),
        (gradient(0.8), 1.25),
        (flashing(square(2)), 0.5),
        (wave(0.17), None),
        (noise(8), None),
        (flashing(lambda t: t / 4), None),
        (flashing(lambda t: 0 * t), None),
    ],
)
def test_loops(sequence: Sequence, period: float | None) -> None:
    assert find_loop(*sequence) == (period and pytest.approx(period, abs=1 / 30))


def test_miniatures_are_as_many_as_frames() -> None:
    data = bytes(range(256)) * 27
    assert read_miniatures(base64.b64encode(data).decode(), 1).tobytes() == data
    for value in (None, 1, "", base64.b64encode(data[:-3]).decode(), base64.b64encode(data * 2).decode()):
        with pytest.raises(BadOutput):
            read_miniatures(value, 1)
    with pytest.raises(BadOutput):
        read_miniatures("*" * 9216, 1)


def render(service: Service, statements: str, **clip: Any) -> list[Record]:
    return list(service.stream(image(statements), {"stills": [POSTER], "clip": {**PREVIEW, **clip}}))


def test_strobe_is_flagged(service: Service) -> None:
    strobe = render(service, "c = mix(vec4(1), vec4(1, 0, 0, 1), step(0.5, fract(iTime * 10.0 + 0.01)));")
    assert [record.get("name", record["record"]) for record in strobe] == ["poster", "facts", "facts", "preview", "end"]
    assert strobe[3]["fps"] == 30
    early, facts = strobe[1], strobe[2]
    assert "flashing" not in early
    assert facts["flashing"] == "both"
    assert abs(facts["flashes"] - 10) <= 0.5
    assert abs(facts["red_flashes"] - 10) <= 0.5
    assert facts["flash_area"] == 1
    assert facts["loops"] == 0.1
    assert facts["moves"] is True, "a later record has the earlier one's facts too"


def test_calm_shader_is_not(service: Service) -> None:
    facts = render(service, "c = vec4(p / iResolution.xy, 0.5 + 0.5 * sin(iTime * 1.57079633), 1.0);")[2]
    assert (facts["flashing"], facts["loops"]) == ("none", 4)
    assert 0 < facts["motion"] < 0.02


@pytest.mark.parametrize(("width", "height"), [(16, 16), (100, 40), (270, 480)])
def test_clips_of_any_size(service: Service, width: int, height: int) -> None:
    """Half of the picture, from the top."""
    code = "c = vec4(p.y > iResolution.y / 2. ? floor(fract(iTime * 5. + 0.01) * 2.) : 0.);"
    facts = render(service, code, width=width, height=height, duration=1)[2]
    assert facts["flashing"] == "general"
    assert facts["flash_area"] == pytest.approx(0.5, abs=0.03)


def test_fine_patterns_are_grey(service: Service) -> None:
    """A chequerboard of single pixels that changes its colours."""
    code = "c = vec4(mod(floor(p.x) + floor(p.y) + floor(iTime * 20. + 0.01), 2.));"
    assert render(service, code, duration=1)[2]["flashing"] == "none"


def test_a_clip_has_no_more_frames_than_were_asked_for() -> None:
    clip = Clip(**{**PREVIEW, "duration": 1.0})
    message = {"codec": "h264", "width": 480, "height": 270, "fps": 30}
    assert read_encoded(clip, {**message, "frames": 30, "sizes": [1] * 30}, bytes(30)).frames == 30
    with pytest.raises(BadOutput, match="longer"):
        read_encoded(clip, {**message, "frames": 90, "sizes": [1] * 90}, bytes(90))
