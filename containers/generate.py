"""Writes what follows from the manifests, the handlers and the migrations; `--check` says what is out of date.

python -m containers.generate [--check]
"""

import difflib
import sys
from pathlib import Path

import orjson

from containers.apidocs import page
from containers.compose import REGIONS, fill
from containers.manifest import ROOT, functions
from containers.openapi import document
from containers.routes import gateway_routes
from containers.scrapes import prometheus
from db.migrate import init_sql


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


def _differences(path: Path, content: str) -> str:
    old = path.read_text().splitlines() if path.exists() else []
    name = str(path.relative_to(ROOT))
    return "\n".join(
        list(difflib.unified_diff(old, content.splitlines(), name, f"{name} (generated)", lineterm=""))[:40]
    )


def main() -> None:
    """The command line."""
    files = generated()
    stale = {path: content for path, content in files.items() if not path.exists() or path.read_text() != content}
    if "--check" in sys.argv[1:]:
        for path, content in stale.items():
            print(_differences(path, content))
        sys.exit("out of date; run `make generate` and commit" if stale else 0)
    for path, content in stale.items():
        path.write_text(content)
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
