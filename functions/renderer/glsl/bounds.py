"""Finds the loops of a source that count from one number to another, and how often they iterate; in doubt they do not count.

Linear in the number of tokens.
"""

import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from functions.renderer.glsl.changes import find_assigned, find_moved
from functions.renderer.glsl.headers import Header, find_headers
from functions.renderer.glsl.tokens import (
    LOOP_KEYWORDS,
    STEPS,
    Directive,
    Tokens,
    count_loop_keywords,
    find_directives,
    is_word,
)

LIMIT = 65_000
"""Iterations of a loop: below the driver's own limit."""
MAX_LOOPS_READ = 100
"""Code with more loops is not read so closely: this has to take milliseconds."""
MAX_CHARACTERS_READ = 64 * 1024
"""The same for the length of the code."""
MAX_VALUE = 2**31
"""Counters that reach this wrap around."""
NUMBER = re.compile(r"(?:\d{1,30}+\.?+\d{0,30}+|\.\d{1,30}+)(?:[eE][-+]?+\d{1,9}+)?+[uUfF]?+")
"""A decimal number; others are not read."""
TYPES = frozenset({"int", "uint", "float"})
"""Of counters."""


@dataclass(frozen=True, slots=True)
class Count:
    """Iterations of a loop, unless it is left early. exact: not one less either, and no other condition may end it."""

    iterations: int
    exact: bool


def count_iterations(code: Tokens, common: Tokens) -> list[tuple[Header, Count | None]]:
    """The loops of `code`, and how many iterations each has that counts from one number to another, unless it is left early."""
    if count_loop_keywords(code) > MAX_LOOPS_READ or _length(code) + _length(common) > MAX_CHARACTERS_READ:
        return [(header, None) for header in find_headers(code)]
    headers = list(find_headers(code))
    everything = common.followed_by(code)
    macros = [found for found in find_directives(everything) if found.word == "define"]
    counting = [header for header in headers if header.keyword == "for"]
    moved = find_moved(_outside(code, counting), everything, macros) if _macros_are_plain(everything, macros) else None
    if moved is None:
        return [(header, None) for header in headers]
    constants = _find_constants(everything, macros)
    constants |= dict.fromkeys(moved & constants.keys())
    return [(header, _count(code, header, moved, constants)) for header in headers]


def _length(tokens: Tokens) -> int:
    return tokens.starts[-1] + len(tokens.texts[-1]) if tokens.texts else 0


def _macros_are_plain(everything: Tokens, macros: Iterable[Directive]) -> bool:
    """Whether no macro is named like a loop's keyword, and none assigns."""
    texts = everything.texts
    return not any(
        texts[macro.name] in LOOP_KEYWORDS or any(find_assigned(texts[macro.name : macro.end])) for macro in macros
    )


def _outside(code: Tokens, headers: Iterable[Header]) -> Tokens:
    """The code without the counting parts of its loops' headers: further declarations and conditions in headers stay."""
    spans, at = list[slice](), 0
    for header in headers:
        first, second = header.breaks
        spans += [
            slice(at, header.first),
            slice(_behind(code.texts, ",", header.opening, first), first),
            slice(_behind(code.texts, "&&", first, second), second),
        ]
        at = max(at, header.closing + 1)
    return code.joined([*spans, slice(at, len(code.texts))])


def _behind(texts: Sequence[str], text: str, start: int, end: int) -> int:
    """The index behind the first token of this text, or `end` where there is none."""
    return next((at + 1 for at in range(start, end) if texts[at] == text), end)


def _find_constants(everything: Tokens, macros: Iterable[Directive]) -> dict[str, float | None]:
    """The values of macros and constants; None for those that are no plain number, or are defined twice."""
    texts = everything.texts
    found = [(texts[macro.name], _read_macro(texts[macro.name + 1 : macro.end])) for macro in macros]
    found += [_read_constant(texts, at) for at, text in enumerate(texts) if text == "const"]
    constants = dict[str, float | None]()
    for name, value in found:
        constants[name] = None if name in constants else value
    declared = Counter(_find_declared(texts))
    return {name: value if declared[name] < 2 else None for name, value in constants.items()}


def _read_macro(texts: Sequence[str]) -> float | None:
    """The number that a macro stands for, which may be in parentheses."""
    inner = texts[1:-1] if texts[:1] == ["("] and texts[-1:] == [")"] else texts
    return _read_number(inner)


def _read_constant(texts: Sequence[str], at: int) -> tuple[str, float | None]:
    """Name and value of `const int N = 5;` or `const highp float N = -5.,` at `const`; an empty name for other declarations."""
    kind = at + 1 if texts[at + 1 : at + 2] and texts[at + 1] in TYPES else at + 2
    if kind + 2 >= len(texts) or texts[kind] not in TYPES or texts[kind + 2] != "=":
        return "", None
    end = next((index for index in range(kind + 3, min(kind + 6, len(texts))) if texts[index] in {";", ","}), None)
    return ("", None) if end is None else (texts[kind + 1], _read_number(texts[kind + 3 : end]))


def _find_declared(texts: Sequence[str]) -> Iterator[str]:
    """The names of counters, constants and parameters, each as often as it is declared."""
    for at in range(1, len(texts) - 1):
        if texts[at - 1] in TYPES and texts[at + 1] in {"=", ",", ";", ")"}:
            yield texts[at]


def _parts(code: Tokens, header: Header) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """What stands between the semicolons of a `for`."""
    first, second = header.breaks
    texts = code.texts
    return texts[header.opening + 1 : first], texts[first + 1 : second], texts[second + 1 : header.closing]


def _count(code: Tokens, header: Header, moved: Container[str], constants: Mapping[str, float | None]) -> Count | None:
    """The iterations of `for(int i = 0; i < N; i += 2)`, if that is all that moves i; None where that is not certain."""
    if header.keyword != "for":
        return None
    parts = _parts(code, header)
    start, bound, step = _read_start(parts[0]), _read_bound(parts[1], constants), _read_step(parts[2], constants)
    if not start or not bound or not step:
        return None
    (kind, name, first), (bound_name, sign, last), (step_name, width) = start, bound, step
    if name in moved or {bound_name, step_name} != {name}:
        return None
    if width < 0 and kind == "uint":
        return None  # below 0 it starts from the top
    # A float that is large beside the step does not move at all.
    moves = abs(width) > 1e-6 * max(abs(first), abs(last))
    wraps = abs(last) + abs(width) >= MAX_VALUE
    if not moves or wraps or (sign[0] == "<") != (width > 0):
        return None
    # Parts of numbers may be rounded either way: then it is one more at most.
    whole = all(value.is_integer() for value in (first, last, width))
    turns = (last - first) / width
    iterations = max(0, math.ceil(turns) if whole and len(sign) == 1 else math.floor(turns) + 1)
    return Count(iterations, whole and "&&" not in parts[1])


def _read_start(texts: Sequence[str]) -> tuple[str, str, float] | None:
    """Type, name and value of `int i = 0`, of which a precision may stand in front, and other declarations behind."""
    if len(texts) > 1 and is_word(texts[0]) and texts[1] in TYPES:
        texts = texts[1:]
    if len(texts) < 4 or texts[0] not in TYPES or not is_word(texts[1]) or texts[2] != "=":
        return None
    value = _read_number(_before(texts[3:], ","))
    return None if value is None else (texts[0], texts[1], value)


def _read_bound(texts: Sequence[str], constants: Mapping[str, float | None]) -> tuple[str, str, float] | None:
    """Name, comparison and value of `i < N`, behind which there may be other conditions that have to be true as well."""
    if len(texts) < 3 or not is_word(texts[0]) or texts[1] not in {"<", ">", "<=", ">="} or "||" in texts:
        return None
    value = _read_value(_before(texts[2:], "&&"), constants)
    return None if value is None else (texts[0], texts[1], value)


def _read_step(texts: Sequence[str], constants: Mapping[str, float | None]) -> tuple[str, float] | None:
    """Name and width of `i++`, `--i` or `i += N`; negative where it counts down."""
    if len(texts) == 2 and texts[0] in STEPS:
        texts = [texts[1], texts[0]]
    if len(texts) == 2 and is_word(texts[0]) and texts[1] in STEPS:
        return texts[0], 1.0 if texts[1] == "++" else -1.0
    if len(texts) < 3 or not is_word(texts[0]) or texts[1] not in {"+=", "-="}:
        return None
    width = _read_value(texts[2:], constants)
    return (texts[0], width if texts[1] == "+=" else -width) if width else None


def _before(texts: Sequence[str], text: str) -> Sequence[str]:
    """The tokens before the first one of this text, or all of them."""
    return texts[: texts.index(text)] if text in texts else texts


def _read_value(texts: Sequence[str], constants: Mapping[str, float | None]) -> float | None:
    """A number, or a name that stands for one."""
    return constants.get(texts[0]) if len(texts) == 1 and texts[0] in constants else _read_number(texts)


def _read_number(texts: Sequence[str]) -> float | None:
    """A decimal number with or without sign; None for anything else."""
    sign = -1.0 if texts[:1] == ["-"] else 1.0
    digits = texts[1:] if texts[:1] in (["-"], ["+"]) else texts
    if len(digits) != 1 or not NUMBER.fullmatch(digits[0]):
        return None
    return sign * float(digits[0].rstrip("uUfF"))
