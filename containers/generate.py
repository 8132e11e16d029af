"""Writes what follows from the manifests, the handlers and the migrations; `--check` says what is out of date.

python -m containers.generate [--check]
"""

import difflib
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson

from containers.apidocs import page
from containers.manifest import ROOT, Function, functions
from containers.openapi import document
from db.migrate import init_sql

_HEADER = "# Generated from functions/*/function.toml and handler.py by `make generate`: do not edit.\n"
_REGION = re.compile(r"(  # <functions>[^\n]*\n).*?(  # </functions>)", re.DOTALL)


def _pattern(template: str) -> str:
    return "/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in template.split("/"))


def _api_routes(item: Function) -> list[str]:
    return [template for template in item.routes() if template.startswith("/api/") or template == "/health"]


def _literal_first(item: Function) -> tuple[int, str]:
    """nginx takes the first pattern that fits, so functions with fewer placeholders come first."""
    return min(template.count("{") for template in _api_routes(item)), item.name


def _location(item: Function) -> str:
    paths = "|".join(_pattern(template) for template in sorted(_api_routes(item)))
    lines = [
        f"set $function {item.name};",
        f"client_max_body_size {item.body_limit};",
        f"proxy_read_timeout {item.timeout}s;",
        f"proxy_send_timeout {item.timeout}s;",
        f"limit_req zone={'signin burst=60' if item.name == 'auth' else 'api burst=400'} nodelay;",
        *(["access_log off;"] if item.name == "health" else []),
        "include ${CONF}/proxy.conf;",
    ]
    body = "".join(f"    {line}\n" for line in lines)
    return f'location ~ "^(?:{paths})/?$" {{\n{body}}}\n'


def _stream(item: Function) -> str:
    lines = [
        f"set $function {item.name};",
        f"client_max_body_size {item.body_limit};",
        f"proxy_read_timeout {item.timeout}s;",
        f"proxy_send_timeout {item.timeout}s;",
        "proxy_buffering off;",
        "proxy_request_buffering off;",
        "gzip off;",
        f"rewrite ^ /{item.name} break;",
        "include ${CONF}/proxy.conf;",
    ]
    return f'location ~ "^/{item.name}/?$" {{\n' + "".join(f"    {line}\n" for line in lines) + "}\n"


def gateway_routes(items: Sequence[Function]) -> str:
    """gateway/conf/routes.conf: a location for every function behind the gateway."""
    http = sorted((item for item in items if item.public and _api_routes(item)), key=_literal_first)
    parts = [_location(item) for item in http] + [_stream(item) for item in items if item.kind == "asgi"]
    return _HEADER + "\n" + "\n".join(parts)


def _service(item: Function) -> str:
    command = "work" if item.kind == "worker" else "serve"
    conditions = {
        "postgres": "service_healthy",
        "migrate": "service_completed_successfully",
        "redis": "service_healthy",
    }
    needs = [name for name in conditions if name in item.needs or (name == "migrate" and "postgres" in item.needs)]
    depends = "".join(f"      {name}: {{ condition: {conditions[name]} }}\n" for name in needs)
    volumes = "    volumes: [renders:/renders]\n" if "storage" in item.needs else ""
    health = "" if command == "work" or item.kind == "service" else "    healthcheck: *function-health\n"
    return (
        f"  {item.name}:\n"
        f"    <<: *function\n"
        f"    build: {{ <<: *function-build, args: {{ <<: *bases, FUNCTION: {item.name} }} }}\n"
        f"    image: fractafrag/{item.name}\n"
        f"    command: [python, -m, containers.{command}, {item.name}]\n"
        + (f"    depends_on:\n{depends}" if depends else "")
        + volumes
        + health
        + f"    deploy: {{ replicas: {item.scale}, resources: {{ limits: {{ memory: {item.memory} }} }} }}\n"
    )


def compose_region(items: Sequence[Function]) -> str:
    """The services of compose.yaml that are functions; the renderer and the site have images of their own."""
    return "".join(_service(item) for item in items if item.kind != "static" and item.name != "renderer")


def compose(text: str, items: Sequence[Function]) -> str:
    """compose.yaml with its marked region written anew."""
    return _REGION.sub(lambda match: match[1] + compose_region(items) + match[2], text)


def generated(root: Path = ROOT) -> dict[Path, str]:
    """Path -> content of every generated file."""
    items = functions(root / "functions")
    spec = document(items)
    openapi = orjson.dumps(spec, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"
    return {
        root / "db/init.sql": init_sql(),
        root / "gateway/conf/routes.conf": gateway_routes(items),
        root / "functions/docs/openapi.json": openapi,
        root / "functions/docs/page.html": page(spec),
        root / "compose.yaml": compose((root / "compose.yaml").read_text(), items),
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
