"""The generated files: what each of them holds, and which of them are out of date."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import orjson

from containers.generate.api_page import page
from containers.generate.compose import REGIONS, fill
from containers.generate.openapi import document
from containers.generate.prometheus import prometheus
from containers.generate.routes import gateway_routes
from containers.manifest import ROOT, functions
from db.migrate import init_sql

_SHOWN = 40
"""Lines of a difference that are printed at most."""


def generated(root: Path = ROOT) -> dict[Path, str]:
    """Path -> content of every generated file."""
    items = functions(root / "functions")
    spec = document(items)
    openapi = orjson.dumps(spec, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"
    return {
        root / "db/init.sql": init_sql(),
        root / "gateway/conf/routes.conf": gateway_routes(items),
        root / "containers/metrics/prometheus.yml": prometheus(items),
        root / "functions/docs/openapi.json": openapi,
        root / "functions/docs/page.html": page(spec),
        **{root / name: fill((root / name).read_text(), region(items)) for name, region in REGIONS.items()},
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
