"""The generated files: what each of them holds, and which of them are out of date."""

import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson

from containers.generate import compose, environments, settings_docs
from containers.generate.api_page import page
from containers.generate.openapi import document
from containers.generate.pages import gateway_pages
from containers.generate.prometheus import prometheus
from containers.generate.routes import gateway_routes
from containers.manifest import ROOT, Function, functions
from db.migrate import init_sql

_SHOWN = 40
"""Lines of a difference that are printed at most."""
_MARKS = r"(?P<open>[ ]*(?:#|<!--) <{name}>[^\n]*\n).*?(?P<close>[ ]*(?:#|<!--) </{name}>)"


def fill(text: str, regions: dict[str, str]) -> str:
    """A file's text with its marked regions, from `# <name>` to `# </name>`, written anew. Raises ValueError for one that is not there."""
    for name, content in regions.items():
        pattern = re.compile(_MARKS.format(name=name), re.DOTALL)
        text, count = pattern.subn(lambda match: match["open"] + content + match["close"], text)  # noqa: B023
        if count != 1:
            raise ValueError(f"there are {count} regions <{name}>")
    return text


def _regions(items: Sequence[Function]) -> dict[str, dict[str, str]]:
    """File -> name of a marked region -> its content."""
    return {
        "compose.yaml": {"settings": environments.anchors(), "functions": compose.services(items)},
        "compose.override.yaml": {"functions": compose.reloading(items)},
        "compose.compact.yaml": {"functions": compose.compact(items)},
        "README.md": {"settings": "\n" + settings_docs.table() + "\n"},
    }


def generated(root: Path = ROOT) -> dict[Path, str]:
    """Path -> content of every generated file."""
    items = functions(root / "functions")
    spec = document(items)
    openapi = orjson.dumps(spec, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"
    return {
        root / "db/init.sql": init_sql(),
        root / "gateway/conf/routes.conf": gateway_routes(items),
        root / "gateway/conf/pages.conf": gateway_pages(root),
        root / "containers/metrics/prometheus.yml": prometheus(items),
        root / "functions/docs/openapi.json": openapi,
        root / "functions/docs/page.html": page(spec),
        root / ".env.example": settings_docs.example(),
        **{root / name: fill((root / name).read_text(), regions) for name, regions in _regions(items).items()},
    }


def stale(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """The path, and the content that it should have, of each generated file that is missing or out of date."""
    for path, content in generated(root).items():
        if not path.exists() or path.read_text() != content:
            yield path, content


def difference(path: Path, content: str) -> str:
    """The beginning of a unified diff from a file to the content that it should have."""
    old = path.read_text().splitlines() if path.exists() else []
    name = str(path.relative_to(ROOT))
    lines = difflib.unified_diff(old, content.splitlines(), name, f"{name} (generated)", lineterm="")
    return "\n".join(list(lines)[:_SHOWN])
