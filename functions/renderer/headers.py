"""Where the loops of a shader's code stand, without a parser: enough to count their turns."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# Characters between a loop's parentheses; what is longer is left alone.
LONGEST = 2_000

COMMENT = re.compile(r"//(?:\\\n|[^\n])*|/\*.*?(?:\*/|\Z)", re.DOTALL)
KEYWORD = re.compile(r"\b(for|while|do)\b")
BLANKS = re.compile(r"[\s\\]*")
BRACKETS = re.compile(r"[(){}\[\]]")
CLOSES = {")": "(", "}": "{", "]": "["}


@dataclass(frozen=True, slots=True)
class Header:
    """Where a loop's keyword and its condition stand in the code. end: behind the parenthesis."""

    keyword: str
    at: int
    condition: slice
    end: int


def without_comments(code: str) -> str:
    """The code with blanks for comments, every other character where it was."""
    return COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), code)


def count_keywords(code: str) -> int:
    """How many loops there may be."""
    return sum(1 for _ in KEYWORD.finditer(code))


def find_headers(code: str) -> Iterator[Header]:
    """The loops in code without comments, those in macros too. A header that is split over macros is left alone."""
    pairs = _pair_brackets(code)
    tails = set[int]()
    for found in KEYWORD.finditer(code):
        if found.start() in tails:
            continue
        if found[0] == "do":
            header = _do_header(code, found, pairs, tails)
        else:
            header = _header(code, found[0], found.start(), found.end(), pairs)
        if header:
            yield header


def _header(code: str, keyword: str, at: int, behind: int, pairs: Mapping[int, int]) -> Header | None:
    opening = _skip_blanks(code, behind)
    closing = pairs.get(opening, -1)
    if code[opening : opening + 1] != "(" or not 0 <= closing - opening <= LONGEST:
        return None
    if keyword != "for":
        return Header(keyword, at, slice(opening + 1, closing), closing + 1)
    breaks = list(_semicolons(code, opening + 1, closing))
    return Header(keyword, at, slice(breaks[0] + 1, breaks[1]), closing + 1) if len(breaks) == 2 else None


def _do_header(code: str, found: re.Match[str], pairs: Mapping[int, int], tails: set[int]) -> Header | None:
    """`do ... while (condition)`: the condition stands behind the body."""
    body = _skip_blanks(code, found.end())
    after = pairs.get(body, -1) + 1 if code[body : body + 1] == "{" else code.find(";", body) + 1
    tail = KEYWORD.match(code, _skip_blanks(code, after)) if after > 0 else None
    if not tail or tail[0] != "while":
        return None
    tails.add(tail.start())
    return _header(code, "do", found.start(), tail.end(), pairs)


def _skip_blanks(code: str, at: int) -> int:
    found = BLANKS.match(code, at)
    return found.end() if found else at


def _pair_brackets(code: str) -> dict[int, int]:
    """Index of each opening bracket -> that of its closing one. Each kind for itself: macros may be unbalanced."""
    pairs = dict[int, int]()
    open_ones: dict[str, list[int]] = {"(": [], "{": [], "[": []}
    for found in BRACKETS.finditer(code):
        opening = CLOSES.get(found[0])
        if opening is None:
            open_ones[found[0]].append(found.start())
        elif open_ones[opening]:
            pairs[open_ones[opening].pop()] = found.start()
    return pairs


def _semicolons(code: str, start: int, end: int) -> Iterator[int]:
    depth = 0
    for index in range(start, end):
        depth += (code[index] in "([{") - (code[index] in ")]}")
        if code[index] == ";" and depth == 0:
            yield index
