"""The passes of a project as they are compiled: Common, a line end and the pass are one text, and what is open goes on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from functions.renderer.glsl.bounds import LIMIT, Count, count_iterations
from functions.renderer.glsl.headers import Header
from functions.renderer.glsl.text import Text
from functions.renderer.glsl.tokens import Tokens, count_loop_keywords, tokenize


@dataclass(frozen=True)
class Source:
    """A pass, or Common. common: what stands before a pass, None of Common itself.

    before: the end of Common that goes on in the pass, with its line end. first_line: that end's line in Common.
    """

    item: dict[str, Any]
    common: "Source | None" = None
    before: str = ""
    first_line: int = 1

    @cached_property
    def text(self) -> Text:
        """The code without comments, with its places."""
        return Text(self.before + self.item["code"])

    @cached_property
    def tokens(self) -> Tokens:
        """The tokens of the code."""
        return tokenize(self.text.code)

    @cached_property
    def loops(self) -> list[tuple[Header, Count | None]]:
        """The loops, and how often those iterate that count from one number to another."""
        return count_iterations(self.tokens, self.common.tokens if self.common else tokenize(""))

    @property
    def is_bounded(self) -> bool:
        """Whether every loop counts from one number to another, and does so fewer than LIMIT times."""
        counts = [count for _, count in self.loops]
        # A keyword without a header is one in a macro, or the tail of a `do`.
        hidden = len(counts) < count_loop_keywords(self.tokens)
        return not hidden and all(count is not None and count.iterations < LIMIT for count in counts)

    @property
    def name(self) -> str:
        """The name of the pass in messages."""
        return str(self.item.get("name") or self.item.get("type"))

    def place(self, offset: int) -> tuple[str, int]:
        """Pass and line, from 1, of a character of the text's code."""
        line, lines_before = self.text.line(offset), self.before.count("\n")
        return (self.name, line - lines_before) if line > lines_before else ("common", line + self.first_line - 1)


def read_sources(passes: list[dict[str, Any]]) -> tuple[Source, list[Source]]:
    """Common, an empty one where there is none, and the other passes."""
    common = Source({"type": "common", "code": "\n".join(item["code"] for item in passes if _is_common(item))})
    start = common.text.open_from
    drawn = [item for item in passes if not _is_common(item)]
    if start is None:
        return common, [Source(item, common) for item in drawn]
    code = common.item["code"]
    closed = Source({**common.item, "code": code[:start]})
    return closed, [Source(item, closed, code[start:] + "\n", code.count("\n", 0, start) + 1) for item in drawn]


def _is_common(item: dict[str, Any]) -> bool:
    return item.get("type") == "common"
