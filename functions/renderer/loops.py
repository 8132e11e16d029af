"""Loops that may never end, or not before the driver ends them.

Some versions of llvmpipe give a pixel 65,535 turns, of all its loops together, and end them then: that would pass as a picture that no
other machine draws. So passes are drawn once more with their loops counted: their image is then the number of the loop
in which the limit was reached. Before anything else, and tiny, where a loop is not plainly bounded; and as large as the
picture where that was dear enough for so many turns. What ends by itself before that is never in the way.
"""

import re
import secrets
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .headers import Header, count_keywords, find_headers, without_comments, without_splices

# Below the driver's own limit.
LIMIT = 65_000
# Common, four buffers and the image; the page refuses more.
MOST_PASSES = 6
# Code with more loops, or longer code, is not looked at so closely: this has to take milliseconds.
MOST_LOOPS = 1_000
MOST_LOOPS_READ = 100
LONGEST_READ = 64 * 1024

# Entering a loop takes three more: its last look at the condition, and the loop of its counter. Blue: the limit is that of all loops together.
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
EPILOGUE = """
#undef mainImage
void mainImage(out vec4 color, in vec2 at) {
  vec4 unseen = vec4(0.0);
  ff_main(unseen, at);
  color = vec4(float(ff_runaway % 256) / 255.0, float(ff_runaway / 256) / 255.0, ff_alone ? 0.0 : 1.0, 1.0);
}
"""
# Gives the loop behind it a counter of its own that is zero whenever the loop is entered.
COUNTER = "for(int ff_once=0,ff_turns=0;ff_once<1;ff_once++)"

# Possessive throughout: nothing here may try twice what it has matched once.
NUMBER = r"[-+]?+(?:\d{1,30}+\.?+\d{0,30}+|\.\d{1,30}+)(?:[eE][-+]?+\d{1,9}+)?+[uUfF]?+"
VALUE = re.compile(NUMBER)
STARTS = re.compile(
    rf"\s*+(?:\w++\s++)?(?P<type>int|uint|float)\s++(?P<name>\w++)\s*+=\s*+(?P<value>{NUMBER})\s*+(?:,.*)?", re.DOTALL
)
BOUND = re.compile(rf"\s*+(\w++)\s*+([<>])=?+\s*+({NUMBER}(?!\w)|\w++)\s*+(?:&&(?!.*\|\|).*)?", re.DOTALL)
STEP = re.compile(rf"\s*+(?:(\w++)\s*+(\+\+|--|[-+]=)|(\+\+|--)\s*+(\w++))\s*+({NUMBER}(?!\w)|\w++)?\s*+")
# Looks ahead, since `else ++i` moves i.
ASSIGNED = re.compile(r"\b(\w++)(?=\s*+(?:(?:[-+*/%&|^]|<<|>>)?=(?!=)|\+\+|--))|(?:\+\+|--)\s*+(\w++)")
MACRO = re.compile(rf"#[ \t]*+define[ \t]++(\w++)(?:[ \t]++\(?+({NUMBER})\)?+[ \t\r]*+$)?", re.MULTILINE)
CONSTANT = re.compile(rf"\bconst\s++(?:\w++\s++)?(?:int|uint|float)\s++(\w++)\s*+=\s*+({NUMBER})\s*+[;,]")


DEFINE = re.compile(r"^[ \t]*+#[ \t]*+define\b[^\n]*+", re.MULTILINE)
KEYWORDS = re.compile(
    r"^[ \t]*+#[ \t]*+(?:define|undef)[ \t]++(for|while|do|if|else|break|continue|return|discard)\b", re.MULTILINE
)
# A function that changes numbers it is given, and names that are given to functions as they are.
CHANGES = re.compile(r"\b(?:in)?out\s++(?:\w++\s++)?(?:int|uint|float)\b")
GIVEN = re.compile(r"[(,]\s*+(\w++)(?=\s*+[,)])")
# A declaration, which makes another variable of the same name, unless the first word is a macro.
DECLARED = re.compile(r"\b(?!(?:else|do|return)\b)([A-Za-z_]\w*+)\s++\w++(?=\s*+=(?!=))")
NAMED = re.compile(r"^[ \t]*+#[ \t]*+define[ \t]++(\w++)", re.MULTILINE)
# Steps beyond this wrap around.
LARGEST = 2**31


class Redefined(Exception):
    """A macro has the name of a keyword; the text says which and where."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop of the user's code. line: 1-based, in its pass."""

    pass_name: str
    line: int

    @property
    def sentence(self) -> str:
        """For the author."""
        return f"The loop in line {self.line} of {self.pass_name} does not end."

    @property
    def among_others(self) -> str:
        """For the author of code whose loops end, but late."""
        where = f"The loops around line {self.line} of {self.pass_name}"
        return (
            f"{where} take more than {LIMIT:,} turns for a pixel, which is more than is drawn here: fewer would help."
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """probes: projects to draw, one for each pass with loops. first: how many of these to draw before anything else.

    loops: numbered from 1. whole: whether these are all; others hide in macros, or are too many.
    """

    probes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    first: int = 0
    whole: bool = False
    loops: list[Loop] = field(default_factory=list[Loop])


def count_loops(project: dict[str, Any]) -> Counted:
    """A project with its loops counted, pass by pass. Raises Redefined."""
    passes: list[dict[str, Any]] = project["passes"]
    passes = [{**item, "code": without_splices(without_comments(item["code"]))} for item in passes]
    if len(passes) > MOST_PASSES or sum(count_keywords(item["code"]) for item in passes) > MOST_LOOPS:
        return Counted()
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
    return Counted(probes, len(urgent), counter.whole, counter.loops)


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
        self.whole = True
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
        self.whole &= len(headers) + tails >= count_keywords(code)
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


def is_bounded(code: str, common: str) -> bool:
    """Whether every loop counts from one number to another, so that nothing needs to be tried. Neither has comments."""
    keywords = count_keywords(code)
    if not keywords:
        return True
    if keywords > MOST_LOOPS_READ or len(code) + len(common) > LONGEST_READ:
        return False
    everything = f"{common}\n{code}"
    if any(ASSIGNED.search(define[0]) for define in DEFINE.finditer(everything)):
        return False
    headers = list(find_headers(code))
    # A keyword without a header is one in a macro, or the tail of a `do`.
    if len(headers) < keywords or any(header.keyword != "for" for header in headers):
        return False
    body = _outside(code, headers)
    moved = _find_assigned(body, {found[1] for found in NAMED.finditer(everything)})
    if CHANGES.search(everything):
        moved |= {found[1] for found in GIVEN.finditer(body)}
    constants = _find_constants(everything)
    return all(_counts(code[header.at : header.end], moved, constants) for header in headers)


def _outside(code: str, headers: Iterable[Header]) -> str:
    """The code without the headers of its loops, but with what else is in those."""
    parts, at = list[str](), 0
    for header in headers:
        start, bound, _ = code[header.at : header.end].split(";", 2)
        parts += [code[at : header.at], start.partition(",")[2], bound.partition("&&")[2]]
        at = max(at, header.end)
    return " ".join([*parts, code[at:]])


def _find_assigned(code: str, macros: Container[str]) -> set[str]:
    """Every name that is assigned to, but where it is declared."""
    code = DECLARED.sub(lambda found: found[0] if found[1] in macros else " ", code)
    return {found[1] or found[2] for found in ASSIGNED.finditer(code)}


def _find_constants(code: str) -> dict[str, float | None]:
    """Macros and constants that stand for a number; None for what is more than that, or is there twice."""
    constants = dict[str, float | None]()
    for pattern in (MACRO, CONSTANT):
        for found in pattern.finditer(code):
            constants[found[1]] = None if found[1] in constants or not found[2] else _read_number(found[2])
    return constants


def _counts(header: str, moved: Container[str], constants: Mapping[str, float | None]) -> bool:
    """Whether `for(int i = 0; i < N; i += 2)` is all that moves i, and does so fewer than LIMIT times."""
    parts = header[header.index("(") + 1 : -1].split(";")
    if len(parts) != 3:
        return False
    start, bound, step = STARTS.fullmatch(parts[0]), BOUND.fullmatch(parts[1]), STEP.fullmatch(parts[2])
    if not start or not bound or not step or start["name"] in moved:
        return False
    if {bound[1], step[1] or step[4]} != {start["name"]}:
        return False
    width = _value(step[5] or "1", constants)
    last = _value(bound[3], constants)
    if last is None or not width:
        return False
    backwards = (step[2] or step[3]).startswith("-")
    if backwards and start["type"] == "uint":
        return False  # below 0 it starts from the top
    return _ends(_read_number(start["value"]), last, -width if backwards else width, bound[2])


def _ends(first: float, last: float, width: float, sign: str) -> bool:
    # A float that is large beside the step does not move at all.
    moves = abs(width) > 1e-6 * max(abs(first), abs(last))
    wraps = abs(last) + abs(width) >= LARGEST
    return moves and not wraps and (sign == "<") == (width > 0) and (last - first) / width < LIMIT


def _value(text: str, constants: Mapping[str, float | None]) -> float | None:
    """A number, or a name that stands for one."""
    return _read_number(text) if VALUE.fullmatch(text) else constants.get(text)


def _read_number(text: str) -> float:
    return float(text.rstrip("uUfF"))


def _edit(code: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """The code with text in place of spans; one that begins inside another is left out."""
    parts, at = list[str](), 0
    for start, stop, text in sorted(edits):
        if start >= at:
            parts += [code[at:start], text]
            at = stop
    return "".join([*parts, code[at:]])
