"""Splits GLSL without comments into tokens, once for all readers of a source.

Linear in the length of the code, whatever it holds: repetitions in the pattern are possessive.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

LOOP_KEYWORDS = frozenset({"for", "while", "do"})
KEYWORDS = LOOP_KEYWORDS | {"if", "else", "break", "continue", "return", "discard"}
"""Words of statements."""
ASSIGNMENTS = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="})
STEPS = frozenset({"++", "--"})
TOKEN = re.compile(
    r"[\s\\]++"  # blanks, and stray backslashes
    r"|[^\W\d]\w*+"  # a word
    r"|(?:\d++\.?+\d*+|\.\d++)(?:[eE][-+]?+\d++)?+\w*+"  # a number with its suffix, of whatever sense
    r"|<<=|>>=|\+\+|--|&&|\|\||<<|>>|[-+*/%&|^<>=!]="
    r"|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens in parallel lists, without blanks. starts: offsets in the code. breaks: whether a token is the first of its line."""

    texts: list[str]
    starts: list[int]
    breaks: list[bool]

    def joined(self, spans: Iterable[slice]) -> "Tokens":
        """The tokens of some spans, one behind the other."""
        spans = list(spans)
        return Tokens(
            list(chain.from_iterable(self.texts[span] for span in spans)),
            list(chain.from_iterable(self.starts[span] for span in spans)),
            list(chain.from_iterable(self.breaks[span] for span in spans)),
        )

    def followed_by(self, other: "Tokens") -> "Tokens":
        """These tokens and then those of another source; offsets are those of each source."""
        return Tokens(self.texts + other.texts, self.starts + other.starts, self.breaks + other.breaks)


@dataclass(frozen=True, slots=True)
class Directive:
    """`#define` or `#undef`. start, name, end: indexes of its `#`, of its name's token, and behind its last one."""

    word: str
    start: int
    name: int
    end: int


def tokenize(code: str) -> Tokens:
    """The tokens of code without comments and continued lines, as Text.code is."""
    texts, starts, breaks = list[str](), list[int](), list[bool]()
    at, broken = 0, True
    for text in TOKEN.findall(code):
        if text[0] == "\\" or text[0].isspace():
            broken = broken or "\n" in text
        else:
            texts.append(text)
            starts.append(at)
            breaks.append(broken)
            broken = False
        at += len(text)
    return Tokens(texts, starts, breaks)


def is_word(text: str) -> bool:
    """Whether a token is a name, a keyword or a number."""
    return text[0].isalnum() or text[0] == "_"


def count_loop_keywords(tokens: Tokens) -> int:
    """How many loops there may be."""
    return sum(map(LOOP_KEYWORDS.__contains__, tokens.texts))


def find_directives(tokens: Tokens) -> Iterator[Directive]:
    """The `#define` and `#undef` directives."""
    texts, breaks = tokens.texts, tokens.breaks
    for at, text in enumerate(texts):
        if text != "#" or not breaks[at] or at + 2 >= len(texts) or texts[at + 1] not in ("define", "undef"):
            continue
        if not breaks[at + 1] and not breaks[at + 2]:
            yield Directive(texts[at + 1], at, at + 2, _end_of_line(breaks, at + 2))


def _end_of_line(breaks: list[bool], at: int) -> int:
    try:
        return breaks.index(True, at)
    except ValueError:
        return len(breaks)
