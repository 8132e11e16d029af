"""Rewrites GLSL so that its loops are counted, to find those that never end, or not before the driver ends them.

Some versions of llvmpipe end the loops of a pixel after 65,535 iterations, all loops together: the picture would then be
one that no other machine draws. So passes are drawn once more with their loops counted, as probes, whose image is the number
of the loop in which the limit was reached: very small and before anything else where a loop is not plainly bounded, and
as large as the picture where that was expensive enough for so many iterations.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from functions.renderer.glsl.bounds import LIMIT, is_bounded
from functions.renderer.glsl.headers import count_keywords, find_headers, without_comments, without_splices

MAX_PASSES = 6
"""Common, four buffers and the image; the player refuses more."""
MAX_LOOPS = 1_000
"""Code with more loops is not instrumented: this has to take milliseconds."""

PRELUDE = f"""
int ff_runaway = 0;
int ff_all = 0;
bool ff_alone = false;
bool ff_go(inout int turns, int loop) {{
  if (ff_runaway != 0) return false;
  ff_all += ++turns == 1 ? 4 : 1;
  if (turns > {LIMIT} || ff_all > {LIMIT}) {{ ff_runaway = loop; ff_alone = turns > {LIMIT - 1_000}; return false; }}
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
COUNTER = "for(int ff_once=0,ff_turns=0;ff_once<1;ff_once++)"
"""Gives the loop after it a counter of its own, which is zero whenever the loop is entered."""

KEYWORDS = re.compile(
    r"^[ \t]*+#[ \t]*+(?:define|undef)[ \t]++(for|while|do|if|else|break|continue|return|discard)\b", re.MULTILINE
)


class Redefined(Exception):
    """A macro has the name of a keyword; the text says which and where."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop of the user's code. line: 1-based, in its pass."""

    pass_name: str
    line: int

    @property
    def sentence(self) -> str:
        """What the author of an endless loop is told."""
        return f"The loop in line {self.line} of {self.pass_name} does not end."

    @property
    def among_others(self) -> str:
        """What the author is told whose loops end, but too late."""
        where = f"The loops around line {self.line} of {self.pass_name}"
        return (
            f"{where} take more than {LIMIT:,} turns for a pixel, which is more than is drawn here: fewer would help."
        )


@dataclass(frozen=True, slots=True)
class Instrumented:
    """probes: projects to draw, one for each pass with loops. urgent: how many of these to draw before anything else.

    loops: numbered from 1. complete: whether these are all; others hide in macros, or are too many.
    """

    probes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    urgent: int = 0
    complete: bool = False
    loops: list[Loop] = field(default_factory=list[Loop])


def instrument_loops(project: dict[str, Any]) -> Instrumented:
    """The probes of a project: the project with the loops of each pass counted. Raises Redefined."""
    passes: list[dict[str, Any]] = project["passes"]
    passes = [{**item, "code": without_splices(without_comments(item["code"]))} for item in passes]
    if len(passes) > MAX_PASSES or sum(count_keywords(item["code"]) for item in passes) > MAX_LOOPS:
        return Instrumented()
    for item in passes:
        _refuse_redefined(item)
    common = "\n".join(item["code"] for item in passes if item.get("type") == "common")
    drawn = [item for item in passes if item.get("type") != "common"]
    if not count_keywords(common):
        drawn = [item for item in drawn if count_keywords(item["code"])]
    bounded = is_bounded(common, "")
    urgent = [item for item in drawn if not (bounded and is_bounded(item["code"], common))]
    ordered = [*urgent, *(item for item in drawn if item not in urgent)]
    counter = _Counter(passes)
    counted = counter.count(common, "common") if ordered else ""
    probes = [counter.probe(project, item, counted) for item in ordered]
    return Instrumented(probes, len(urgent), counter.complete, counter.loops)


def _refuse_redefined(item: dict[str, Any]) -> None:
    if found := KEYWORDS.search(item["code"]):
        line = item["code"].count("\n", 0, found.start(1)) + 1
        raise Redefined(f"Line {line} of {_name(item)} makes a macro of the keyword `{found[1]}`: name it otherwise.")


def _name(item: dict[str, Any]) -> str:
    return str(item.get("name") or item.get("type"))


class _Counter:
    """Numbers the loops of a project. Its names are such that the code has none that begin like them."""

    def __init__(self, passes: Iterable[dict[str, Any]]) -> None:
        self.loops = list[Loop]()
        self.complete = True
        taken = any("ff_" in item["code"] for item in passes)
        self._prefix = f"ff{secrets.token_hex(4)}_" if taken else "ff_"

    def probe(self, project: dict[str, Any], item: dict[str, Any], common: str) -> dict[str, Any]:
        """The project with one pass, counted, as its image; buffers are as they were, to be read from."""
        code = self.count(item["code"], _name(item)) + self._named(EPILOGUE)
        image = {key: value for key, value in item.items() if key != "name"} | {"type": "image", "code": code}
        # The other passes call their own mainImage; only the image's is renamed.
        buffers = [
            {**other, "code": f"#undef mainImage\n{other['code']}"}
            for other in project["passes"]
            if other.get("type") not in ("common", "image")
        ]
        prelude = {"type": "common", "code": self._named(PRELUDE) + common}
        return {**project, "passes": [prelude, *buffers, image]}

    def count(self, code: str, pass_name: str) -> str:
        """Code without comments, with its loops counted."""
        edits = list[tuple[int, int, str]]()
        line, seen = 1, 0
        headers = list(find_headers(code))
        tails = sum(header.keyword == "do" for header in headers)
        self.complete &= len(headers) + tails >= count_keywords(code)
        for header in headers:
            line, seen = line + code.count("\n", seen, header.at), header.at
            self.loops.append(Loop(pass_name, line))
            condition = code[header.condition].strip()
            go = self._named(f"ff_go(ff_turns,{len(self.loops)})") + (f"&&({condition})" if condition else "")
            edits += [
                (header.at, header.at, self._named(COUNTER)),
                (header.condition.start, header.condition.stop, go),
            ]
        return _edit(code, edits)

    def _named(self, text: str) -> str:
        return text.replace("ff_", self._prefix)


def _edit(code: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """The code with text in place of spans; one that begins inside another is left out."""
    parts, at = list[str](), 0
    for start, stop, text in sorted(edits):
        if start >= at:
            parts += [code[at:start], text]
            at = stop
    return "".join([*parts, code[at:]])
