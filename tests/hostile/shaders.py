"""The hostile shaders: our own, from files and made, and those of a folder."""

import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hostile.client import FAILURES, MALFORMED
from tests.hostile.generated import MADE, project

FOLDER = Path(__file__).with_name("shaders")
EXPECT = re.compile(r"//\s*expect:\s*([a-z_|]+)\s*")
ANY = frozenset({"done", MALFORMED, *FAILURES})
"""How a shader may end whose file does not say."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A project, and the words with which it may end."""

    name: str
    expect: frozenset[str]
    project: dict[str, Any]

    @property
    def kind(self) -> str:
        """The name without its number."""
        return re.sub(r"-\d+$", "", self.name)


def read_own() -> list[Hostile]:
    """All of ours, in the order of their names."""
    found = [Hostile(name, _words(expect), make()) for name, expect, make in MADE]
    return sorted([*found, *read_folder(FOLDER)], key=lambda shader: shader.name)


def read_folder(folder: Path) -> list[Hostile]:
    """A shader a file."""
    return [_read(path) for path in sorted(folder.rglob("*.glsl"))]


def _read(path: Path) -> Hostile:
    # Bytes that are no UTF-8 become surrogates, which the service must withstand too. Line ends stay as they are.
    code = path.read_bytes().decode(errors="surrogateescape")
    said = EXPECT.match(code)
    return Hostile(path.stem, _words(said[1]) if said else ANY, project(code))


def _words(expect: str) -> frozenset[str]:
    words = frozenset(expect.split("|"))
    if words - ANY:
        raise SystemExit(f"expect: {expect}: the words are {', '.join(sorted(ANY))}")
    return words


def choose(own: list[Hostile], added: list[Hostile], places: int, chance: random.Random) -> list[Hostile]:
    """All that were added, and of our own as many as there is room for, a kind as often as another; then both again."""
    rounds = list[tuple[int, float, int]]()
    seen = dict[str, int]()
    for at in chance.sample(range(len(own)), len(own)):
        round_number = seen[own[at].kind] = seen.get(own[at].kind, -1) + 1
        rounds.append((round_number, chance.random(), at))
    everything = added + [own[at] for _, _, at in sorted(rounds)]
    count = max(places, len(added))
    return [everything[at % len(everything)] for at in range(count)]
