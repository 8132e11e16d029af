"""Rewrites GLSL so that its loops are counted, to find those that never end, or not before the driver ends them.

Passes are drawn once more with their loops counted, as probes, whose image is the number of the loop in which the limit was
reached: before anything else where the driver would never return from an endless loop, or after it was found that it ended
some, to tell which (drawing/loop_check.py).
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from functions.renderer.glsl.bounds import LIMIT
from functions.renderer.glsl.headers import find_headers
from functions.renderer.glsl.long_loops import OPEN, Edit, apply, has_constant_condition, keep_open, lengthen
from functions.renderer.glsl.sources import Source, read_sources
from functions.renderer.glsl.tokens import (
    KEYWORDS,
    LOOP_KEYWORDS,
    Directive,
    count_loop_keywords,
    find_directives,
)

Rewriting = Callable[[Source], list[Edit]]
MAX_PASSES = 6
"""Common, four buffers and the image; the player refuses more."""
MAX_LOOPS = 1_000
"""Code with more loops is not instrumented: this has to take milliseconds."""

PRELUDE = f"""
int ff_runaway = 0;
int ff_all = 0;
bool ff_alone = false;
bool ff_go(inout int iterations, int loop) {{
  if (ff_runaway != 0) return false;
  ff_all += ++iterations == 1 ? 4 : 1;
  if (iterations > {LIMIT} || ff_all > {LIMIT}) {{ ff_runaway = loop; ff_alone = iterations > {LIMIT - 1_000}; return false; }}
  return true;
}}
#define mainImage ff_main
"""
"""Counts an iteration. Entering a loop takes three more: its last check of the condition, and the loop of its counter."""
EPILOGUE = """
#undef mainImage
void mainImage(out vec4 color, in vec2 at) {
  vec4 unseen = vec4(0.0);
  ff_main(unseen, at);
  color = vec4(float(ff_runaway % 256) / 255.0, float(ff_runaway / 256) / 255.0, ff_alone ? 0.0 : 1.0, 1.0);
}
"""
"""Draws the loop's number in red and green, and in blue whether the limit is that of all loops together."""
COUNTER = "for(int ff_once=0,ff_iterations=0;ff_once<1;ff_once++)"
"""Gives the loop after it a counter of its own, which is zero whenever the loop is entered."""


class Redefined(Exception):
    """A macro makes something else of a keyword; the text says which and where."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop of the user's code. line: 1-based, in its pass. ends: whether it counts from one number to another."""

    pass_name: str
    line: int
    ends: bool = False

    @property
    def sentence(self) -> str:
        """What the author of an endless loop is told."""
        where = f"The loop in line {self.line} of {self.pass_name}"
        return f"{where} does not end, or not within the {LIMIT:,} iterations that a pixel may take."

    @property
    def among_others(self) -> str:
        """What the author is told whose loops end, but too late."""
        return f"The loops around line {self.line} of {self.pass_name} take more than {LIMIT:,} iterations for a pixel"


@dataclass(frozen=True, slots=True)
class Instrumented:
    """probes: projects to draw, one for each pass with loops. urgent: how many of these have a loop that is not plainly bounded.

    loops: numbered from 1. complete: whether these are all; others hide in macros, or are too many.
    opened, long: the project for drivers that end loops, and where these did, see long_loops.py; None where it needs no other.
    as_it_is: whether the project has to be compiled itself, too, since the compiler may find that it never ends.
    """

    probes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    urgent: int = 0
    complete: bool = False
    loops: list[Loop] = field(default_factory=list[Loop])
    opened: dict[str, Any] | None = None
    long: dict[str, Any] | None = None
    as_it_is: bool = False

    @property
    def has_loops(self) -> bool:
        """Whether there is, or may be, a loop."""
        return bool(self.probes) or not self.complete


def instrument_loops(project: dict[str, Any]) -> Instrumented:
    """The probes of a project: the project with the loops of each pass counted. Raises Redefined."""
    passes: list[dict[str, Any]] = project["passes"]
    if len(passes) > MAX_PASSES:
        return Instrumented()
    common, drawn = read_sources(passes)
    sources = [common, *drawn]
    if sum(count_loop_keywords(source.tokens) for source in sources) > MAX_LOOPS:
        return Instrumented()
    for source in sources:
        _refuse_redefined(source)
    _refuse_loops_beside_macros(sources)
    ordered, urgent = _order(common, drawn)
    counter = _Counter(sources)
    counted = counter.count(common) if ordered else ""
    probes = [counter.probe(project, source, counted) for source in ordered]
    opened = counter.rewrite(project, sources, keep_open) if urgent else None
    long = counter.rewrite(project, sources, lengthen) if ordered else None
    as_it_is = any(has_constant_condition(source) for source in sources)
    return Instrumented(probes, urgent, counter.complete, counter.loops, opened, long, as_it_is)


def _order(common: Source, drawn: list[Source]) -> tuple[list[Source], int]:
    """The passes to probe, and how many of them are urgent, since a loop in them is not plainly bounded; those come first."""
    if not count_loop_keywords(common.tokens):
        drawn = [source for source in drawn if count_loop_keywords(source.tokens)]
    urgent = [source for source in drawn if not (common.is_bounded and source.is_bounded)]
    return [*urgent, *(source for source in drawn if not any(source is other for other in urgent))], len(urgent)


def _refuse_redefined(source: Source) -> None:
    """A macro may put a keyword together differently, as in `#define for(n) for(int i=0;i<n;i++)`, but not replace it."""
    texts = source.tokens.texts
    for found in find_directives(source.tokens):
        keyword = texts[found.name]
        if keyword not in KEYWORDS or (found.word == "define" and _is_loop_of_its_own(texts[found.name : found.end])):
            continue
        raise _redefined(source, found)


def _refuse_loops_beside_macros(sources: list[Source]) -> None:
    """The counter of a loop is a `for` itself: where a macro has that name, only loops in the macro can be counted."""
    macros = [
        (source, found)
        for source in sources
        for found in find_directives(source.tokens)
        if source.tokens.texts[found.name] == "for"
    ]
    for source in sources if macros else []:
        own = [found for owner, found in macros if owner is source]
        for header in find_headers(source.tokens):
            if not any(found.name < header.opening < found.end for found in own):
                raise _redefined(*macros[0])


def _redefined(source: Source, found: Directive) -> Redefined:
    name, line = source.place(source.tokens.starts[found.start])
    keyword = source.tokens.texts[found.name]
    return Redefined(f"Line {line} of {name} makes a macro of the keyword `{keyword}`: name it otherwise.")


def _is_loop_of_its_own(texts: list[str]) -> bool:
    """Whether a function-like macro stands for a loop of the keyword that it is named like. A macro is not expanded in itself."""
    if texts[0] not in LOOP_KEYWORDS or texts[1:2] != ["("] or ")" not in texts:
        return False
    return texts[texts.index(")") + 1 :][:2] == [texts[0], "("]


class _Counter:
    """Numbers the loops of a project. Its names are such that the code has none that begin like them."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.loops = list[Loop]()
        self.complete = True
        taken = any("ff_" in source.text.code for source in sources)
        self._prefix = f"ff{secrets.token_hex(4)}_" if taken else "ff_"

    def probe(self, project: dict[str, Any], source: Source, common: str) -> dict[str, Any]:
        """The project with one pass, counted, as its image; buffers are as they were, to be read from."""
        code = "\n".join([self._named(PRELUDE), common, self.count(source), self._named(EPILOGUE)])
        image = {key: value for key, value in source.item.items() if key != "name"} | {"type": "image", "code": code}
        passes: list[dict[str, Any]] = project["passes"]
        before = "".join(item["code"] + "\n" for item in passes if item.get("type") == "common")
        buffers = [
            {**item, "code": before + item["code"]} for item in passes if item.get("type") not in ("common", "image")
        ]
        return {**project, "passes": [*buffers, image]}

    def count(self, source: Source) -> str:
        """The code of a source with its loops counted."""
        code, edits = source.text.code, list[tuple[int, int, str]]()
        tails = sum(header.keyword == "do" for header, _ in source.loops)
        self.complete &= len(source.loops) + tails >= count_loop_keywords(source.tokens)
        for header, count in source.loops:
            self.loops.append(Loop(*source.place(header.at), count is not None))
            condition = code[header.condition].strip()
            go = self._named(f"ff_go(ff_iterations,{len(self.loops)})") + (f"&&({condition})" if condition else "")
            edits += [
                (header.at, header.at, self._named(COUNTER)),
                (header.condition.start, header.condition.stop, go),
            ]
        return apply(code, edits)

    def rewrite(self, project: dict[str, Any], sources: Iterable[Source], edit: Rewriting) -> dict[str, Any]:
        """The project with other loops; the first of the sources is Common."""
        passes = [{**source.item, "code": self._edited(source, edit)} for source in sources]
        passes[0]["code"] = self._named(OPEN) + passes[0]["code"]
        return {**project, "passes": passes}

    def _edited(self, source: Source, edit: Rewriting) -> str:
        edits = [(start, stop, self._named(text)) for start, stop, text in edit(source)]
        return apply(source.text.code, edits)

    def _named(self, text: str) -> str:
        return text.replace("ff_", self._prefix)
