"""The options of `render`, each checked where it is read."""

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass

from shared.renders.plan import CLIP_FORMATS, IMAGE_FORMATS, MAX_SIDE, MAX_TIME, MIN_SIDE, SHORTEST_CLIP

MAX_WORKERS = 64
"""Jobs at once."""


def seconds(low: float, high: float) -> Callable[[str], float]:
    """The argparse type of an option in seconds, with its limits."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} s is not from {low:g} to {high:g} s")
        return value

    return read


def whole(low: int, high: int, what: str) -> Callable[[str], int]:
    """The argparse type of an option that is a whole number, with its limits. what: it counts."""

    def read(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number of {what} from {low} to {high}")
        return int(text)

    return read


workers = whole(1, MAX_WORKERS, "jobs at once")


def size(text: str) -> tuple[int, int]:
    """Reads a size such as `640x360`."""
    match = re.fullmatch(r"(\d{1,6})x(\d{1,6})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT, such as 640x360")
    width, height = int(match[1]), int(match[2])
    if not MIN_SIDE <= min(width, height) <= max(width, height) <= MAX_SIDE:
        raise argparse.ArgumentTypeError(f"{text}: a side has {MIN_SIDE} to {MAX_SIDE} pixels")
    return width, height


def grid(text: str) -> tuple[int, int]:
    """Reads columns and rows such as `4x3`; (0, 0) for `auto`."""
    if text == "auto":
        return 0, 0
    match = re.fullmatch(r"([1-9]\d?)x([1-9]\d?)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not COLUMNSxROWS, such as 4x3 (and FILE comes before --sheet)")
    return int(match[1]), int(match[2])


def frames(text: str) -> range:
    """Reads a range such as `0:120` or `0:120:2`: first, end (not included), step."""
    match = re.fullmatch(r"(\d{1,6}):(\d{1,6})(?::([1-9]\d{0,5}))?", text)
    if not match or int(match[1]) >= int(match[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is not FIRST:END or FIRST:END:STEP; END itself is left out")
    return range(int(match[1]), int(match[2]), int(match[3] or 1))


@dataclass(frozen=True, slots=True)
class Output:
    """Where an output goes, and in which format. path: a pattern with {name}, {time}, %d or %04d; "-" is standard output."""

    path: str
    format: str

    @property
    def is_clip(self) -> bool:
        """Whether it is a clip."""
        return self.format in CLIP_FORMATS


def output(text: str) -> Output:
    """Reads an output such as `out.png`, `frame-%04d.png` or `png:-`."""
    kind, _, rest = text.rpartition(":") if text.endswith(":-") else (text.rpartition(".")[2], "", text)
    if kind.lower() not in (*IMAGE_FORMATS, *CLIP_FORMATS):
        known = ", ".join(f".{name}" for name in (*IMAGE_FORMATS, *CLIP_FORMATS))
        raise argparse.ArgumentTypeError(f"{text!r} ends in none of {known} (standard output is png:-, mp4:- ...)")
    return Output(rest, kind.lower())


def add_render_options(command: argparse.ArgumentParser) -> None:
    """Adds the options of `render` beside its sources."""
    add = command.add_argument
    add("-o", "--output", dest="outputs", type=output, action="append", required=True, metavar="OUT",
        help="OUT.png|webp|avif|mp4|webm, or png:- for standard output; {name}, {time} and %%04d are filled in")  # fmt: skip
    add("--time", dest="times", type=seconds(0, MAX_TIME), action="append", metavar="SECONDS",
        help="when, of a picture; more than once for several (1)")  # fmt: skip
    add("--frames", type=frames, metavar="FIRST:END[:STEP]", help="pictures by number instead; END is left out")
    add("--size", type=size, metavar="WxH", help="pixels (640x360; of a sheet's cell 320x180)")
    add("--fps", type=whole(1, 60, "frames a second"), default=30, help="of --frames and clips (30)")
    add("--start", type=seconds(0, MAX_TIME), default=0.0, help="of a clip or a sheet over time (0)")
    add("--duration", type=seconds(SHORTEST_CLIP, MAX_TIME), default=4.0, help="seconds of a clip or sheet (4)")
    add("--sheet", type=grid, nargs="?", const=(0, 0), metavar="CxR",
        help="one contact sheet of all shaders, or of one shader over time")  # fmt: skip
