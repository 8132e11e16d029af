"""Finds all names that a source may assign to, which a loop's counter must not be among.

Linear in the number of tokens.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from functions.renderer.glsl.tokens import ASSIGNMENTS, STEPS, Directive, Tokens, is_word

CHANGING = frozenset({"out", "inout"})
"""Qualifiers of parameters that a function changes."""
CHANGING_BUILTINS = frozenset({"modf"})
NO_TYPES = frozenset({"else", "do", "return"})
"""Words before a name that is assigned to, and not declared."""


def find_moved(body: Tokens, everything: Tokens, macros: Sequence[Directive]) -> set[str] | None:
    """Every name that may be assigned to; None where macros or brackets hide which these are.

    body: what is searched; everything: all of the source, with the macros in it.
    """
    if _assigns_in_brackets(body.texts) or any(
        _assigns_in_brackets(everything.texts[macro.name : macro.end]) for macro in macros
    ):
        return None
    arguments = _find_changing_arguments(body, everything, macros)
    if arguments is None:
        return None
    names = {everything.texts[macro.name] for macro in macros}
    aliases = (_read_alias(everything, macro) for macro in macros)
    return {
        *find_assigned(body.texts, lambda at: _is_declared(body, at, names)),
        *(name for part in arguments for name in _find_plain_arguments(part)),
        *(alias for alias in aliases if alias),
    }


def find_assigned(texts: Sequence[str], is_declared: Callable[[int], bool] = lambda at: False) -> Iterator[str]:
    """Every name that is assigned to, its declarations aside."""
    for at in range(len(texts) - 1):
        text, following = texts[at], texts[at + 1]
        if text in STEPS and is_word(following):
            yield following
        elif is_word(text) and (following in STEPS or (following in ASSIGNMENTS and not is_declared(at))):
            yield text


def _assigns_in_brackets(texts: Sequence[str]) -> bool:
    """Whether something in parentheses is assigned to, such as `(i) = 0`, which may be any name."""
    for at in range(len(texts) - 1):
        text, following = texts[at], texts[at + 1]
        if text == ")" and following in ASSIGNMENTS:
            return True
        if text == ")" and following in STEPS and not (at + 2 < len(texts) and _is_operand(texts[at + 2])):
            return True
        if text in STEPS and following == "(":
            return True
    return False


def _is_operand(text: str) -> bool:
    return text == "(" or is_word(text)


def _is_declared(body: Tokens, at: int, macros: Container[str]) -> bool:
    """Whether `type name =` makes another variable of the same name: the type is no macro, and in the same line.

    Before the line there may be a directive.
    """
    if at == 0 or body.texts[at + 1] != "=" or body.breaks[at]:
        return False
    before = body.texts[at - 1]
    return before.isidentifier() and before not in NO_TYPES and before not in macros


def _find_changing_arguments(
    body: Tokens, everything: Tokens, macros: Iterable[Directive]
) -> list[Sequence[str]] | None:
    """The arguments of calls that may change what they are given; None where macros or brackets hide which these are."""
    texts = everything.texts
    changing = [(name, span) for name, span in _find_signatures(texts) if CHANGING & set(texts[span])]
    told = sum(text in CHANGING for _, span in changing for text in texts[span])
    if sum(map(CHANGING.__contains__, texts)) > told:
        return None
    names = {name for name, _ in changing} | CHANGING_BUILTINS
    in_macros = {text for macro in macros for text in texts[macro.name - 1 : macro.end]}
    called = all(texts[at + 1 : at + 2] == ["("] for at, text in enumerate(texts) if text in names)
    return list(_find_calls(body.texts, names)) if called and not in_macros & names else None


def _find_signatures(texts: Sequence[str]) -> Iterator[tuple[str, slice]]:
    """Function headers, and calls without calls in their arguments: the name, and the span between the parentheses."""
    opening = None
    for at, text in enumerate(texts):
        if text == "(":
            opening = at if at and is_word(texts[at - 1]) else None
        elif text in {")", "{", "}", ";"}:
            if text == ")" and opening is not None:
                yield texts[opening - 1], slice(opening + 1, at)
            opening = None


def _find_calls(texts: Sequence[str], names: Container[str]) -> Iterator[Sequence[str]]:
    """The arguments of calls with their parentheses, those of calls in them included."""
    at = 0
    while at < len(texts):
        end = at + 1
        if texts[at] in names:
            end = _find_end(texts, at + 1)
            yield texts[at + 1 : end]
        at = end


def _find_end(texts: Sequence[str], at: int) -> int:
    """The index behind the parenthesis that closes the one at `at`."""
    depth = 0
    for index in range(at, len(texts)):
        depth += (texts[index] == "(") - (texts[index] == ")")
        if not depth:
            return index + 1
    return len(texts)


def _find_plain_arguments(texts: Sequence[str]) -> Iterator[str]:
    """Arguments that are a name alone."""
    for at in range(1, len(texts) - 1):
        if texts[at - 1] in {"(", ","} and texts[at + 1] in {",", ")"} and is_word(texts[at]):
            yield texts[at]


def _read_alias(everything: Tokens, macro: Directive) -> str | None:
    """The name that a macro stands for, if it stands for a single name."""
    words = [text for text in everything.texts[macro.name + 1 : macro.end] if text not in {"(", ")"}]
    return words[0] if len(words) == 1 and words[0].isidentifier() else None
