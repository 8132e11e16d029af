"""The settings for people: .env.example, and the table in the README."""

import textwrap
from collections.abc import Iterator

from shared.settings_table import CONTAINERS, FUNCTIONS, GATEWAY, LOCAL, RENDERER, SECTIONS, Setting

_HEAD = """\
# Generated from shared/settings_table.py by `make generate`: do not edit. Copy what you change into .env.
# `make dev` and `make up` need none of these: the first makes its own, the second makes the secrets.
# A function's setting may come from a file, too: SECRET_KEY_FILE=/run/secrets/key for SECRET_KEY (but not AWS_*, which boto3
# reads by itself).
"""
_READERS = {
    FUNCTIONS: "functions",
    RENDERER: "the renderer",
    GATEWAY: "the gateway",
    CONTAINERS: "compose",
    LOCAL: "`make dev`",
}
_WIDTH = 118


def _entry(name: str, setting: Setting) -> Iterator[str]:
    yield from textwrap.wrap(setting.help, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
    yield f"# {name}={setting.example or setting.default}"


def example() -> str:
    """.env.example."""
    parts = [_HEAD]
    for title, settings in SECTIONS.items():
        lines = [line for name, setting in settings.items() for line in _entry(name, setting)]
        parts.append("\n".join([f"# --- {title}", *lines]) + "\n")
    return "\n".join(parts)


def _who(setting: Setting) -> str:
    words = [_READERS[reader] for reader in setting.readers]
    if FUNCTIONS in setting.readers and setting.need:
        words[setting.readers.index(FUNCTIONS)] = f"functions that need {setting.need}"
    return ", ".join(words)


def _row(name: str, setting: Setting) -> str:
    default = "set by the stack" if setting.required else f"`{setting.default}`" if setting.default else ""
    return f"| `{name}` | {setting.help} | {default} | {_who(setting)} |\n"


def _rows(settings: dict[str, Setting]) -> str:
    """A row a setting, but one for all images."""
    images = [name for name in settings if name.endswith("_IMAGE")]
    rows = [_row(name, setting) for name, setting in settings.items() if name not in images]
    together = f"| {', '.join(f'`{name}`' for name in images)} | the images that the stack is made of | | compose |\n"
    return "".join([*rows, *([together] if images else [])])


def table() -> str:
    """The README's table, Markdown, a part for each section."""
    head = "| setting | what it is | default | read by |\n| --- | --- | --- | --- |\n"
    return "\n".join(f"**{title}**\n\n{head}{_rows(settings)}" for title, settings in SECTIONS.items())
