"""Loops that may never end.

llvmpipe ends every loop at 65,535 turns, so an endless one would pass as a picture that no other machine draws.
Passes with a loop that is not plainly bounded are drawn once more, tiny and with their loops counted: their image
is then the number of the loop that ran past the limit. A loop that ends by itself before that is never in the way.
"""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .headers import Header, count_keywords, find_headers, without_comments

# Below the driver's own limit.
LIMIT = 65_000
# Common, four buffers and the image; the page refuses more.
MOST_PASSES = 6
# Code with more loops, or longer code, is not looked at so closely: this has to take milliseconds.
MOST_LOOPS = 1_000
MOST_LOOPS_READ = 100
LONGEST_READ = 64 * 1024

PRELUDE = f"""
int ff_runaway = 0;
bool ff_go(inout int turns, int loop) {{
  if (ff_runaway != 0) return false;
  if (++turns > {LIMIT}) {{ ff_runaway = loop; return false; }}
  return true;
}}
#define mainImage ff_main
"""
EPILOGUE = """
#undef mainImage
void mainImage(out vec4 color, in vec2 at) {
  vec4 unseen = vec4(0.0);
  ff_main(unseen, at);
  color = vec4(float(ff_runaway % 256) / 255.0, float(ff_runaway / 256) / 255.0, 0.0, 1.0);
}
"""
# Gives the loop behind it a counter of its own that is zero whenever the loop is entered.
COUNTER = "for(int ff_once=0,ff_turns=0;ff_once<1;ff_once++)"

# Possessive throughout: nothing here may try twice what it has matched once.
NUMBER = r"[-+]?+(?:\d{1,30}+\.?+\d{0,30}+|\.\d{1,30}+)(?:[eE][-+]?+\d{1,9}+)?+[uUfF]?+"
VALUE = re.compile(NUMBER)
STARTS = re.compile(
    rf"\s*+(?:\w++\s++)?(?:int|uint|float)\s++(?P<name>\w++)\s*+=\s*+(?P<value>{NUMBER})\s*+(?:,.*)?", re.DOTALL
)
BOUND = re.compile(rf"\s*+(\w++)\s*+([<>])=?+\s*+({NUMBER}(?!\w)|\w++)\s*+(?:&&(?!.*\|\|).*)?", re.DOTALL)
STEP = re.compile(rf"\s*+(?:(\w++)\s*+(\+\+|--|[-+]=)|(\+\+|--)\s*+(\w++))\s*+({NUMBER}(?!\w)|\w++)?\s*+")
# Looks ahead, since `else ++i` moves i.
ASSIGNED = re.compile(r"\b(\w++)(?=\s*+(?:(?:[-+*/%&|^]|<<|>>)?=(?!=)|\+\+|--))|(?:\+\+|--)\s*+(\w++)")
MACRO = re.compile(rf"#[ \t]*+define[ \t]++(\w++)(?:[ \t]++\(?+({NUMBER})\)?+[ \t\r]*+$)?", re.MULTILINE)
CONSTANT = re.compile(rf"\bconst\s++(?:\w++\s++)?(?:int|uint|float)\s++(\w++)\s*+=\s*+({NUMBER})\s*+[;,]")


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop of the user's code. line: 1-based, in its pass."""

    pass_name: str
    line: int

    @property
    def sentence(self) -> str:
        """For the author."""
        return f"The loop in line {self.line} of {self.pass_name} does not end."


def count_loops(project: dict[str, Any]) -> tuple[list[dict[str, Any]], list[Loop]]:
    """Projects to probe with, one for each pass that may run away, and the loops that they number from 1."""
    passes: list[dict[str, Any]] = project["passes"]
    passes = [{**item, "code": without_comments(item["code"])} for item in passes]
    if len(passes) > MOST_PASSES or sum(count_keywords(item["code"]) for item in passes) > MOST_LOOPS:
        return [], []
    common = "\n".join(item["code"] for item in passes if item.get("type") == "common")
    drawn = [item for item in passes if item.get("type") != "common"]
    if is_bounded(common, ""):
        drawn = [item for item in drawn if not is_bounded(item["code"], common)]
    loops = list[Loop]()
    counted = _count(common, "common", loops) if drawn else ""
    return [_probe(project, item, counted, loops) for item in drawn], loops


def _probe(project: dict[str, Any], item: dict[str, Any], common: str, loops: list[Loop]) -> dict[str, Any]:
    """The project with one pass, counted, as its image; buffers are as they were, to be read from."""
    name = str(item.get("name") or item.get("type"))
    image = {**item, "type": "image", "code": _count(item["code"], name, loops) + EPILOGUE}
    image.pop("name", None)
    # The other passes call their own mainImage; only the image's is renamed.
    buffers = [
        {**other, "code": f"#undef mainImage\n{other['code']}"}
        for other in project["passes"]
        if other.get("type") not in ("common", "image")
    ]
    return {**project, "passes": [{"type": "common", "code": PRELUDE + common}, *buffers, image]}


def is_bounded(code: str, common: str) -> bool:
    """Whether every loop counts from one number to another, so that nothing needs to be tried. Neither has comments."""
    keywords = count_keywords(code)
    if not keywords:
        return True
    if keywords > MOST_LOOPS_READ or len(code) + len(common) > LONGEST_READ:
        return False
    headers = list(find_headers(code))
    # A keyword without a header is one in a macro, or the tail of a `do`.
    if len(headers) < keywords or any(header.keyword != "for" for header in headers):
        return False
    moved = _find_assigned(_outside(code, headers))
    constants = _find_constants(f"{common}\n{code}")
    return all(_counts(code[header.at : header.end], moved, constants) for header in headers)


def _outside(code: str, headers: Iterable[Header]) -> str:
    """The code without the headers of its loops."""
    parts, at = list[str](), 0
    for header in headers:
        parts.append(code[at : header.at])
        at = max(at, header.end)
    return " ".join([*parts, code[at:]])


def _find_assigned(code: str) -> set[str]:
    """Every name that is assigned to."""
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
    return _ends(_read_number(start["value"]), last, -width if backwards else width, bound[2])


def _ends(first: float, last: float, width: float, sign: str) -> bool:
    # A float that is large beside the step does not move at all.
    moves = abs(width) > 1e-6 * max(abs(first), abs(last))
    return moves and (sign == "<") == (width > 0) and (last - first) / width < LIMIT


def _value(text: str, constants: Mapping[str, float | None]) -> float | None:
    """A number, or a name that stands for one."""
    return _read_number(text) if VALUE.fullmatch(text) else constants.get(text)


def _read_number(text: str) -> float:
    return float(text.rstrip("uUfF"))


def _count(code: str, pass_name: str, loops: list[Loop]) -> str:
    """Code without comments, with its loops counted; appends them to `loops`."""
    edits = list[tuple[int, int, str]]()
    line, seen = 1, 0
    for header in find_headers(code):
        line, seen = line + code.count("\n", seen, header.at), header.at
        loops.append(Loop(pass_name, line))
        condition = code[header.condition].strip()
        go = f"ff_go(ff_turns,{len(loops)})" + (f"&&({condition})" if condition else "")
        edits += [(header.at, header.at, COUNTER), (header.condition.start, header.condition.stop, go)]
    return _edit(code, edits)


def _edit(code: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """The code with text in place of spans; one that begins inside another is left out."""
    parts, at = list[str](), 0
    for start, stop, text in sorted(edits):
        if start >= at:
            parts += [code[at:start], text]
            at = stop
    return "".join([*parts, code[at:]])
