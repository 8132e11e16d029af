"""Flash analysis, over a labelled set of made sequences."""

import time

import numpy as np
import pytest

from functions.renderer.clip.flashes import find_flashes
from tests.renderer.sequences import (
    BLACK,
    BLUE,
    GREEN,
    RED,
    WHITE,
    Sequence,
    bar,
    board,
    drawn,
    fades,
    flashing,
    gradient,
    grey,
    halves,
    light,
    noise,
    plasma,
    pulses,
    sine,
    square,
    stripes,
    vignette,
    wave,
)

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
