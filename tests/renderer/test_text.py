"""Source text without comments and continued lines, and the places of what is left."""

from typing import Any

import pytest

from functions.renderer.glsl.text import Text
from tests.cases.texts import TEXTS


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case["what"])
def test_text_is_read_as_the_player_reads_it(case: dict[str, Any]) -> None:
    text = Text(case["source"])
    assert text.code == case["code"]
    assert [text.line(offset) for offset in range(len(text.code))] == case["lines"]


@pytest.mark.parametrize(
    ("source", "start"),
    [
        ("", None),
        ("a", None),
        ("a // b", None),
        ("a /* b */", None),
        ("a /*/", 0),
        ("a /**/", None),
        ("a\n/* b\nc", 2),
        ("a\nb /* c\nd", 2),
        ("a\n#define B \\\n c \\", 2),
        ("\\", 0),
        ("a\n/* b */ c \\", 2),
    ],
)
def test_text_that_goes_on_behind_its_end(source: str, start: int | None) -> None:
    assert Text(source).open_from == start
