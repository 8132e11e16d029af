"""Rewrites GLSL for drivers that end a pixel's loops early, after they were repeated 65,535 times together.

Such a driver's compiler may find that a loop never ends, and leave out all code behind it, that which would tell of it, too. So loops
that are not plainly bounded get a condition more, of which no compiler knows that it always holds (`keep_open`).

The compiler unrolls a loop of a few iterations, and the driver does not count it. So each innermost loop can be made one that
repeats such a loop (`lengthen`). Every iteration stays what it was, but this is another program, with other costs: it is drawn only
where the driver ended loops of the project as it is.
"""

from collections.abc import Iterator, Sequence

from functions.renderer.glsl.bounds import Count
from functions.renderer.glsl.headers import Header
from functions.renderer.glsl.sources import Source
from functions.renderer.glsl.tokens import Tokens, find_directives, is_word

Edit = tuple[int, int, str]
OPEN = "bool ff_on(){return iResolution.x>0.;}\n"
"""A condition that always holds, of which compilers do not know that."""
AT_A_TIME = range(12, 1, -1)
"""Iterations at a time of loops whose number of iterations is a multiple of it."""
CHECKED_AT_A_TIME = 4
"""Iterations at a time of all others, whose condition is checked before each."""


def keep_open(source: Source) -> list[Edit]:
    """The edits (start, end, text) of a source's code, in front of which stands OPEN. Names begin with `ff_`."""
    code, edits = source.text.code, list[Edit]()
    for header, count in source.loops:
        if count is None:
            condition = code[header.condition].strip()
            text = f"({condition})&&ff_on()" if condition else "ff_on()"
            edits.append((header.condition.start, header.condition.stop, text))
    return edits


def has_constant_condition(source: Source) -> bool:
    """Whether the condition of a loop may be a constant: compilers refuse what plainly never ends, if they are given it as it is."""
    known = [item.tokens for item in (source.common, source) if item]
    constants = {"true", *(name for tokens in known for name in (*_macros(tokens), *_constants(tokens.texts)))}
    return any(
        count is None
        and all(not is_word(text) or text[0].isdigit() or text in constants for text in _condition(source, header))
        for header, count in source.loops
    )


def _macros(tokens: Tokens) -> Iterator[str]:
    return (tokens.texts[found.name] for found in find_directives(tokens))


def _constants(texts: Sequence[str]) -> Iterator[str]:
    """The names of constants; of declarations of several the first."""
    for at, text in enumerate(texts):
        if text == "const":
            yield next((texts[end - 1] for end in range(at + 1, min(at + 5, len(texts))) if texts[end] == "="), text)


def _condition(source: Source, header: Header) -> Sequence[str]:
    """The tokens of a header's condition."""
    first, last = header.breaks or (header.opening, header.closing)
    return source.tokens.texts[first + 1 : last]


def lengthen(source: Source) -> list[Edit]:
    """The same, with several iterations of innermost loops at a time."""
    tokens, code = source.tokens, source.text.code
    breaking = any(_defines_break(item.tokens) for item in (source.common, source) if item)
    edits = list[Edit]()
    for (header, count), end in zip(source.loops, _next_starts(source), strict=True):
        body = _body(tokens, header.closing + 1, end) if header.keyword != "do" else None
        if body is None:
            continue
        size = 0 if breaking or "break" in tokens.texts[body] else _divisor(count)
        edits += _repeat(code, tokens, header, size) if size else _repeat_checked(code, tokens, header)
    return edits


def _defines_break(tokens: Tokens) -> bool:
    return any("break" in tokens.texts[macro.name : macro.end] for macro in find_directives(tokens))


def _divisor(count: Count | None) -> int:
    """The most iterations at a time that need no check between them; 0 where there are none."""
    if count is None or not count.exact or not count.iterations:
        return 0
    return next((size for size in AT_A_TIME if count.iterations % size == 0), 0)


def _next_starts(source: Source) -> list[int]:
    """For each loop the token at which the next one begins."""
    starts = [header.first for header, _ in source.loops]
    return [*starts, len(source.tokens.texts)][1:]


def _body(tokens: Tokens, at: int, end: int) -> slice | None:
    """The tokens of the statement at an index: a block, or up to a semicolon with the blocks before it; None where it reaches `end`."""
    depth = 0
    for index in range(at, end):
        text = tokens.texts[index]
        depth += (text in {"{", "("}) - (text in {"}", ")"})
        if depth < 0 or (depth == 0 and text in {";", "}"} and tokens.texts[index + 1 : index + 2] != ["else"]):
            return slice(at, index + 1)
    return None


def _parts(code: str, tokens: Tokens, header: Header) -> tuple[str, str, slice]:
    """Condition and step of a header, and the span of the latter in the code."""
    condition = code[header.condition].strip()
    if header.keyword != "for":
        return condition, "", slice(header.condition.stop, header.condition.stop)
    step = slice(tokens.starts[header.breaks[1]] + 1, tokens.starts[header.closing])
    return condition, code[step].strip(), step


def _repeat(code: str, tokens: Tokens, header: Header, size: int) -> list[Edit]:
    """Some iterations at a time, of which there are a multiple of so many."""
    _, step, span = _parts(code, tokens, header)
    behind = tokens.starts[header.closing] + 1
    return [
        (span.start, span.stop, ""),
        (behind, behind, f"for(int ff_part=0;ff_part<{size};ff_part++,{step})"),
    ]


def _repeat_checked(code: str, tokens: Tokens, header: Header) -> list[Edit]:
    """Some iterations at a time, as long as the condition holds. A `break` leaves the inner loop early, and so the outer one, too."""
    condition, step, span = _parts(code, tokens, header)
    size = CHECKED_AT_A_TIME
    behind = tokens.starts[header.closing] + 1
    checks, steps = (f"&&({condition})" if condition else "", f",{step}" if step else "")
    keyword = [] if header.keyword == "for" else [(header.at, header.at + len(header.keyword), "for")]
    semicolon = "" if header.keyword == "for" else ";"
    return [
        (header.at, header.at, f"for(int ff_once=0,ff_part={size};ff_once<1;ff_once++)"),
        *keyword,
        (header.condition.start, header.condition.stop, f"{semicolon}ff_part=={size}&&ff_on(){semicolon}"),
        *([(span.start, span.stop, "")] if step else []),
        (behind, behind, f"for(ff_part=0;ff_part<{size}{checks};ff_part++{steps})"),
    ]


def apply(code: str, edits: Sequence[Edit]) -> str:
    """The code with text in place of spans; one that begins inside another is left out."""
    parts, at = list[str](), 0
    for start, stop, text in sorted(edits):
        if start >= at:
            parts += [code[at:start], text]
            at = stop
    return "".join([*parts, code[at:]])
