"""Finds the loops of a shader's source, without a parser: enough to count their iterations. Linear in the number of tokens."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from functions.renderer.glsl.tokens import LOOP_KEYWORDS, Tokens

MAX_HEADER = 2_000
"""Characters between a loop's parentheses, or of the body of a `do` without braces; a loop with more is left alone."""


@dataclass(frozen=True, slots=True)
class Header:
    """A loop's keyword and parentheses. All but `at` and `condition`, which are offsets in the code, are indexes of tokens.

    breaks: the semicolons between the parentheses, two of a `for`, none of other loops.
    """

    keyword: str
    at: int
    condition: slice
    first: int
    opening: int
    closing: int
    breaks: tuple[int, ...] = ()


@dataclass(slots=True)
class _Brackets:
    """pairs: of each opening bracket the closing one. breaks: of each parenthesis its semicolons. semicolons: all of them."""

    pairs: dict[int, int] = field(default_factory=dict[int, int])
    breaks: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    semicolons: list[int] = field(default_factory=list[int])


def find_headers(tokens: Tokens) -> Iterator[Header]:
    """The loops in code without comments, those in macros too. A header that is split over macros is left alone."""
    brackets = _pair_brackets(tokens)
    tails = set[int]()
    for index, text in enumerate(tokens.texts):
        if text not in LOOP_KEYWORDS or index in tails:
            continue
        tail = _find_tail(tokens, index, brackets) if text == "do" else index
        if tail is None:
            continue
        tails.add(tail)
        if header := _header(tokens, index, tail, brackets):
            yield header


def _header(tokens: Tokens, first: int, keyword: int, brackets: _Brackets) -> Header | None:
    """The header whose parentheses follow `keyword`, which is also `first` unless that is a `do`."""
    opening = keyword + 1
    closing = brackets.pairs.get(opening)
    if closing is None or tokens.texts[opening] != "(":
        return None
    start, end = tokens.starts[opening] + 1, tokens.starts[closing]
    if end - start >= MAX_HEADER:
        return None
    at, kind = tokens.starts[first], tokens.texts[first]
    if kind != "for":
        return Header(kind, at, slice(start, end), first, opening, closing)
    breaks = tuple(brackets.breaks.get(opening, ()))
    if len(breaks) != 2:
        return None
    condition = slice(tokens.starts[breaks[0]] + 1, tokens.starts[breaks[1]])
    return Header(kind, at, condition, first, opening, closing, breaks)


def _find_tail(tokens: Tokens, do: int, brackets: _Brackets) -> int | None:
    """The `while` of `do ... while (condition)`, whose condition stands behind the body."""
    body = do + 1
    if tokens.texts[body : body + 1] == ["{"]:
        last = brackets.pairs.get(body)
    else:
        last = _next_semicolon(tokens, body, brackets.semicolons)
    return None if last is None or tokens.texts[last + 1 : last + 2] != ["while"] else last + 1


def _next_semicolon(tokens: Tokens, index: int, semicolons: list[int]) -> int | None:
    at = bisect_left(semicolons, index)
    if at == len(semicolons) or tokens.starts[semicolons[at]] - tokens.starts[index] >= MAX_HEADER:
        return None
    return semicolons[at]


def _pair_brackets(tokens: Tokens) -> _Brackets:
    """Pairs parentheses and braces each by themselves: macros may be unbalanced."""
    found = _Brackets()
    parentheses, braces = list[int](), list[int]()
    for index, text in enumerate(tokens.texts):
        if text == ";":
            found.semicolons.append(index)
            if parentheses:
                found.breaks.setdefault(parentheses[-1], []).append(index)
        elif text in "({":
            (parentheses if text == "(" else braces).append(index)
        elif text in ")}" and (opened := parentheses if text == ")" else braces):
            found.pairs[opened.pop()] = index
    return found
