"""Whether loops count from one number to another, so that nothing needs to be tried: read from the code, in doubt no.

Everything here is linear in the length of the code, whatever it holds: repetitions are possessive or bounded.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping

from functions.renderer.glsl.headers import Header, count_keywords, find_headers

# Below the driver's own limit.
LIMIT = 65_000
# Code with more loops, or longer code, is not looked at so closely: this has to take milliseconds.
MOST_LOOPS_READ = 100
LONGEST_READ = 64 * 1024

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
# A name in brackets is assigned to like one without.
BRACKETED = re.compile(r"\)\s*+(?:(?:[-+*/%&|^]|<<|>>)?=(?!=)|(?:\+\+|--)(?!\s*+[\w(]))|(?:\+\+|--)\s*+\(")
# A macro that is another name for one.
ALIAS = re.compile(r"#[ \t]*+define[ \t]++\w++[ \t]++[( ]*+([A-Za-z_]\w*+)[) ]*+[ \t\r]*+$", re.MULTILINE)
MACRO = re.compile(rf"#[ \t]*+define[ \t]++(\w++)(?:[ \t]++\(?+({NUMBER})\)?+[ \t\r]*+$)?", re.MULTILINE)
CONSTANT = re.compile(rf"\bconst\s++(?:\w++\s++)?(?:int|uint|float)\s++(\w++)\s*+=\s*+({NUMBER})\s*+[;,]")
DECLARATION = re.compile(r"\b(?:int|uint|float)\s++(\w++)(?=\s*+[=,;)])")
DEFINE = re.compile(r"^[ \t]*+#[ \t]*+define\b[^\n]*+", re.MULTILINE)
# A function that changes numbers it is given, and names that are given to functions as they are.
CHANGES = re.compile(r"\b(?:in)?out\b")
BUILTINS = {"modf"}
GIVEN = re.compile(r"[(,]\s*+(\w++)(?=\s*+[,)])")
# A function with its parameters, or a call that is given no results of others.
SIGNATURE = re.compile(r"\b(\w++)\s*+\(([^(){};]*+)\)")
WORD = re.compile(r"\b(\w++)(\s*+\()?+")
PARENTHESIS = re.compile(r"[()]")
# A declaration, which makes another variable of the same name, unless the first word is a macro. In one line: before the
# line there may be a directive.
DECLARED = re.compile(r"\b(?!(?:else|do|return)\b)([A-Za-z_]\w*+)[ \t]++\w++(?=\s*+=(?!=))")
NAMED = re.compile(r"^[ \t]*+#[ \t]*+define[ \t]++(\w++)", re.MULTILINE)
# Steps beyond this wrap around.
LARGEST = 2**31


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
    changing = _find_changing(body, everything)
    if changing is None or BRACKETED.search(body):
        return False
    moved = _find_assigned(body, {found[1] for found in NAMED.finditer(everything)})
    moved |= {found[1] for part in changing for found in GIVEN.finditer(part)}
    moved |= {found[1] for found in ALIAS.finditer(everything)}
    constants = _find_constants(everything)
    constants |= dict.fromkeys(moved & constants.keys())
    return all(_counts(code[header.at : header.end], moved, constants) for header in headers)


def _outside(code: str, headers: Iterable[Header]) -> str:
    """The code without the headers of its loops, but with what else is in those."""
    parts, at = list[str](), 0
    for header in headers:
        start, bound, _ = code[header.at : header.end].split(";", 2)
        parts += [code[at : header.at], start.partition(",")[2], bound.partition("&&")[2]]
        at = max(at, header.end)
    return " ".join([*parts, code[at:]])


def _find_changing(body: str, everything: str) -> list[str] | None:
    """The arguments of calls that may change what they are given; None where macros or brackets hide which these are."""
    changing = [found for found in SIGNATURE.finditer(everything) if CHANGES.search(found[2])]
    if len(CHANGES.findall(everything)) > sum(len(CHANGES.findall(found[2])) for found in changing):
        return None
    names = {found[1] for found in changing} | BUILTINS
    words = [word for word in WORD.finditer(everything) if word[1] in names]
    macros = {word[1] for define in DEFINE.finditer(everything) for word in WORD.finditer(define[0])}
    if macros & names or not all(word[2] for word in words):
        return None
    parts, at = list[str](), 0
    while word := WORD.search(body, at):
        at = word.end()
        if word[1] in names:
            at = _find_end(body, word.end())
            parts.append(f"({body[word.end() : at]}")
    return parts


def _find_end(code: str, at: int) -> int:
    """Behind the parenthesis that closes the one before `at`."""
    depth = 1
    for found in PARENTHESIS.finditer(code, at):
        depth += 1 if found[0] == "(" else -1
        if not depth:
            return found.end()
    return len(code)


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
    declared = Counter(found[1] for found in DECLARATION.finditer(code))
    return {name: value if declared[name] < 2 else None for name, value in constants.items()}


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
