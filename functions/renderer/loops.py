"""Loops that may never end.

llvmpipe ends every loop at 65,535 turns, so an endless one would pass as a picture that no other machine draws.
Passes with a loop that is not plainly bounded are drawn once more, tiny and with their loops counted: their image
is then the number of the loop that ran past the limit. A loop that ends by itself before that is never in the way.
"""

import re
from dataclasses import dataclass
from typing import Any

from .headers import count_keywords, find_headers, without_comments

# Below the driver's own limit.
LIMIT = 65_000
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

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[uUfF]?"
STARTS = re.compile(
    rf"\s*(?:\w+\s+)?(?:int|uint|float)\s+(?P<name>\w+)\s*=\s*(?P<value>{NUMBER})\s*(?:,.*)?", re.DOTALL
)
ASSIGNED = r"\b{0}\s*(?:[-+*/%&|^]|<<|>>)?=(?!=)|\b{0}\s*(?:\+\+|--)|(?:\+\+|--)\s*{0}\b"


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
    if sum(count_keywords(item["code"]) for item in passes) > MOST_LOOPS:
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
    """Whether every loop counts from one number to another, so that nothing needs to be tried."""
    code = without_comments(code)
    keywords = count_keywords(code)
    if keywords > MOST_LOOPS_READ or (keywords and len(code) > LONGEST_READ):
        return False
    headers = list(find_headers(code))
    rest, at = "", 0
    for header in headers:
        rest, at = rest + code[at : header.at], max(at, header.end)
    rest += code[at:]
    constants = f"{without_comments(common)}\n{code}"
    # A keyword without a header is one in a macro, or the tail of a `do`.
    return len(headers) == keywords and all(
        header.keyword == "for" and _counts(code[header.at : header.end], rest, constants) for header in headers
    )


def _counts(header: str, rest: str, constants: str) -> bool:
    """Whether `for(int i = 0; i < N; i += 2)` is all that moves i, and does so fewer than LIMIT times."""
    parts = header[header.index("(") + 1 : -1].split(";")
    start = STARTS.fullmatch(parts[0]) if len(parts) == 3 else None
    if not start:
        return False
    name = re.escape(start["name"])
    bound = re.fullmatch(rf"\s*{name}\s*([<>])=?\s*(\w+|{NUMBER})\s*(?:&&(?!.*\|\|).*)?", parts[1], re.DOTALL)
    step = re.fullmatch(rf"\s*(?:{name}\s*(\+\+|--|[-+]=)|(\+\+|--)\s*{name})\s*(\w+|{NUMBER})?\s*", parts[2])
    if not bound or not step or re.search(ASSIGNED.format(name), rest):
        return False
    first, last, width = (_value(start["value"], ""), _value(bound[2], constants), _value(step[3] or "1", constants))
    if first is None or last is None or not width:
        return False
    width *= -1 if (step[1] or step[2]).startswith("-") else 1
    # A float that is large beside the step does not move at all.
    moves = abs(width) > 1e-6 * max(abs(first), abs(last))
    return moves and (bound[1] == "<") == (width > 0) and (last - first) / width < LIMIT


def _value(text: str, constants: str) -> float | None:
    """A number, or a name that stands for one as a macro or constant."""
    if re.fullmatch(NUMBER, text):
        return float(text.rstrip("uUfF"))
    name = re.escape(text)
    found = re.findall(rf"#\s*define\s+{name}\s+\(?({NUMBER})\)?\s*$", constants, re.MULTILINE)
    found += re.findall(rf"\bconst\s+(?:\w+\s+)?(?:int|uint|float)\s+{name}\s*=\s*({NUMBER})\s*[;,]", constants)
    return float(found[0].rstrip("uUfF")) if len(found) == 1 else None


def _count(code: str, pass_name: str, loops: list[Loop]) -> str:
    """The code with its loops counted; appends them to `loops`."""
    bare = without_comments(code)
    edits = list[tuple[slice, str]]()
    for header in find_headers(bare):
        loops.append(Loop(pass_name, bare.count("\n", 0, header.at) + 1))
        condition = bare[header.condition].strip()
        go = f"ff_go(ff_turns,{len(loops)})" + (f"&&({condition})" if condition else "")
        edits += [(slice(header.at, header.at), COUNTER), (header.condition, go)]
    for where, text in sorted(edits, key=lambda edit: (edit[0].start, edit[0].stop), reverse=True):
        bare = bare[: where.start] + text + bare[where.stop :]
    return bare
