"""Reads GLSL as compilers do before they see words: without comments and without the line ends that a backslash takes away.

The player does the same (shared/player/text.js), and tests/cases/texts.json holds the two together. Only `\\n` ends a line:
code comes normalised. Linear in the length of the code.
"""

import re
from bisect import bisect_right
from itertools import accumulate

SPLICE = "\\\n"
COMMENT = re.compile(r"//[^\n]*+|/\*.*?(?:\*/|\Z)", re.DOTALL)


class Text:
    """Source text as a compiler sees it. `code` has a space for each comment, and continued lines joined."""

    def __init__(self, source: str) -> None:
        parts = source.split(SPLICE)
        joined = "".join(parts)
        self._splices = list(accumulate(map(len, parts[:-1])))
        self._comments, self._moves = list[int](), [0]
        self._is_open = False
        self.code = self._without_comments(joined)
        self._is_open |= source.endswith("\\")
        self._ends = [found.start() for found in re.finditer("\n", source)]

    def _without_comments(self, joined: str) -> str:
        """Notes where in the code the spaces for comments are, and by how much what follows each has moved."""
        parts, at = list[str](), 0
        for found in COMMENT.finditer(joined):
            parts += [joined[at : found.start()], " "]
            at = found.end()
            self._comments.append(found.start() - self._moves[-1])
            self._moves.append(self._moves[-1] + len(found[0]) - 1)
            self._is_open |= found[0].startswith("/*") and not (found[0].endswith("*/") and len(found[0]) > len("/*/"))
        return "".join([*parts, joined[at:]])

    @property
    def open_from(self) -> int | None:
        """Where in the source the line begins that goes on in a text behind it, by a backslash or a comment; None where none does."""
        if not self._is_open:
            return None
        return self.origin(self.code.rfind("\n") + 1)

    def origin(self, offset: int) -> int:
        """The offset in the source of a character of `code`."""
        at = offset + self._moves[bisect_right(self._comments, offset - 1)]
        return at + len(SPLICE) * bisect_right(self._splices, at)

    def line(self, offset: int) -> int:
        """The line of the source, from 1, of a character of `code`."""
        return bisect_right(self._ends, self.origin(offset) - 1) + 1
