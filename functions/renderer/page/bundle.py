"""Bundles ES modules into one script: every file that a page requests passes through Playwright, which takes longer than the file."""

import posixpath
import re
from collections.abc import Mapping

IMPORT = re.compile(r'^import (?:\{([^}]*)\}|(\w+)) from "([^"]+)"(?: with \{ type: "json" \})?;$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
STATEMENT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class BundleError(Exception):
    """A module uses a form that is not understood; the text says which line."""


def bundle(files: Mapping[str, str], entry: str) -> str:
    """A script that does what the module `entry` does. files: modules by absolute path. Raises BundleError.

    It understands the forms that these modules use: `import { a } from "path";`, `export` before a declaration, and
    `import a from "path.json" with { type: "json" };`.
    """
    parts: dict[str, str] = {}
    _add(files, entry, parts)
    return '"use strict";\nconst modules = {};\n' + "".join(parts.values())


def _add(files: Mapping[str, str], path: str, parts: dict[str, str]) -> None:
    """Adds a module behind those that it imports. Modules that import each other in a circle end in a RecursionError."""
    if path in parts:
        return
    code = files[path]

    def imported(found: re.Match[str]) -> str:
        source = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[3]))
        if found[2]:
            return f"const {found[2]} = {files[source]};"
        _add(files, source, parts)
        return f'const {{{found[1]}}} = modules["{source}"];'

    names = EXPORT.findall(code)
    body = EXPORT.sub("", IMPORT.sub(imported, code))
    if left := STATEMENT.search(body):
        raise BundleError(f"{path}: {left[0]}")
    parts[path] = f'modules["{path}"] = (() => {{\n{body}\nreturn {{ {", ".join(names)} }};\n}})();\n'
