"""Where the loops of a shader's code stand, without a parser: enough to count their turns.

Everything here is linear in the length of the code, whatever it holds: repetitions are possessive or bounded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# Characters between a loop's parentheses, or between its parts; what is longer is left alone.
LONGEST = 2_000

COMMENT = re.compile(r"//(?:[^\n\\]++|\\\r?\n|\\)*+|/\*.*?(?:\*/|\Z)", re.DOTALL)
KEYWORD = re.compile(r"\b(for|while|do)\b")
BLANKS = re.compile(rf"[\s\\]{{0,{LONGEST}}}+")
MARKS = re.compile(r"[(){};]")


@dataclass(frozen=True, slots=True)
class Header:
    """Where a loop's keyword and its condition stand in the code. end: behind the parenthesis."""

    keyword: str
    at: int
    condition: slice
    end: int


@dataclass(slots=True)
class _Brackets:
    """pairs: index of each opening bracket -> that of its closing one. breaks: of a parenthesis -> its semicolons."""

    pairs: dict[int, int] = field(default_factory=dict[int, int])
    breaks: dict[int, list[int]] = field(default_factory=dict[int, list[int]])


def without_comments(code: str) -> str:
    """The code with blanks for comments, every other character where it was."""
    return COMMENT.sub(_blank, code)


def _blank(comment: re.Match[str]) -> str:
    return "\n".join(" " * len(line) for line in comment[0].split("\n"))


def without_splices(code: str) -> str:
    """The code with lines that end in a backslash joined to the next, each line break behind the joined line."""
    if "\\\n" not in code and "\\\r\n" not in code:
        return code
    lines, pending = list[str](), 0
    joined = list[str]()
    for line in code.split("\n"):
        bare = line.removesuffix("\r")
        if bare.endswith("\\"):
            joined.append(bare[:-1])
            pending += 1
            continue
        lines.append("".join([*joined, line]) + "\n" * pending)
        joined, pending = list[str](), 0
    return "\n".join([*lines, *(["".join(joined) + "\n" * pending] if joined else [])])


def count_keywords(code: str) -> int:
    """How many loops there may be."""
    return sum(1 for _ in KEYWORD.finditer(code))


def find_headers(code: str) -> Iterator[Header]:
    """The loops in code without comments, those in macros too. A header that is split over macros is left alone."""
    brackets = _pair_brackets(code)
    tails = set[int]()
    for found in KEYWORD.finditer(code):
        if found.start() in tails:
            continue
        if found[0] == "do":
            header = _do_header(code, found, brackets, tails)
        else:
            header = _header(code, found[0], found.start(), found.end(), brackets)
        if header:
            yield header


def _header(code: str, keyword: str, at: int, behind: int, brackets: _Brackets) -> Header | None:
    opening = _skip_blanks(code, behind)
    closing = brackets.pairs.get(opening, -1)
    if code[opening : opening + 1] != "(" or not 0 <= closing - opening <= LONGEST:
        return None
    if keyword != "for":
        return Header(keyword, at, slice(opening + 1, closing), closing + 1)
    breaks = brackets.breaks.get(opening, [])
    return Header(keyword, at, slice(breaks[0] + 1, breaks[1]), closing + 1) if len(breaks) == 2 else None


def _do_header(code: str, found: re.Match[str], brackets: _Brackets, tails: set[int]) -> Header | None:
    """`do ... while (condition)`: the condition stands behind the body."""
    body = _skip_blanks(code, found.end())
    in_braces = code[body : body + 1] == "{"
    after = brackets.pairs.get(body, -1) + 1 if in_braces else code.find(";", body, body + LONGEST) + 1
    tail = KEYWORD.match(code, _skip_blanks(code, after)) if after > 0 else None
    if not tail or tail[0] != "while":
        return None
    tails.add(tail.start())
    return _header(code, "do", found.start(), tail.end(), brackets)


def _skip_blanks(code: str, at: int) -> int:
    found = BLANKS.match(code, at)
    return found.end() if found else at


def _pair_brackets(code: str) -> _Brackets:
    """Each kind for itself: macros may be unbalanced."""
    found = _Brackets()
    parentheses, braces = list[int](), list[int]()
    for mark in MARKS.finditer(code):
        character, at = mark[0], mark.start()
        if character == ";":
            if parentheses:
                found.breaks.setdefault(parentheses[-1], []).append(at)
        elif character in "({":
            (parentheses if character == "(" else braces).append(at)
        elif opened := parentheses if character == ")" else braces:
            found.pairs[opened.pop()] = at
    return found
