"""Made sequences of small pictures: N x H x W x 3 and the frame rate."""

from collections.abc import Callable
from typing import Any

import numpy as np

from functions.renderer.pictures.thumbnails import HEIGHT, WIDTH

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
