"""The API reference at /api/docs: plain HTML made from the OpenAPI document.

It needs no script, so the gateway allows it none. Swagger UI is not used: of its packages on PyPI, swagger-ui-bundle has
version 4, which cannot read OpenAPI 3.1, and swagger-ui-py adds 25 MB to every function's image, most of it an editor.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: dark; --ink: #e9e8f0; --dim: #a3a1b3; --line: #2b2a36; --deep: #0c0c11; --raised: #15151d; --accent: #a99bff; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.6 system-ui, sans-serif; color: var(--ink); background: var(--deep); }
main, header, nav { max-width: 62rem; margin: 0 auto; padding: 1.25rem; }
h1 { font-size: clamp(1.8rem, 4vw, 2.6rem); line-height: 1.15; margin: 1.5rem 0 .5rem; letter-spacing: -.02em; }
h2 { margin: 3rem 0 .75rem; padding-top: 1rem; border-top: 1px solid var(--line); text-transform: capitalize; }
a { color: var(--accent); } nav a { margin-right: 1rem; display: inline-block; padding: .35rem 0; text-transform: capitalize; }
p.lead, .dim { color: var(--dim); }
article { background: var(--raised); border: 1px solid var(--line); border-radius: 12px; margin: .9rem 0; padding: 1rem 1.2rem; overflow-x: auto; }
h3 { margin: 0 0 .3rem; font: 600 1rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
h3 b { display: inline-block; min-width: 4.2rem; color: var(--accent); }
table { border-collapse: collapse; margin: .7rem 0 0; width: 100%; font-size: .93rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .2rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-top: 1px solid var(--line); font-weight: 400; }
th { font-family: ui-monospace, monospace; white-space: nowrap; } code, pre { font-family: ui-monospace, monospace; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.2rem; overflow-x: auto; font-size: .9rem; }
"""
_EXAMPLE = """\
TOKEN=$(curl -s $HOST/api/v1/auth/login -H 'Content-Type: application/json' \\
  -d '{"username": "ann", "password": "..."}' | jq -r .access_token)
curl $HOST/api/v1/shaders -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"title": "First light", "status": "published",
       "code": "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, .5 + .5 * sin(iTime), 1); }"}'"""


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#schema-{name}">{name}</a>'
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return escape(" or ".join(kind) if isinstance(kind, list) else str(kind))  # pyright: ignore[reportUnknownArgumentType]


def _limits(schema: dict[str, Any]) -> str:
    names = {"minimum": "from", "maximum": "to", "maxLength": "at most", "default": "default"}
    parts = [f"{word} {escape(str(schema[name]))}" for name, word in names.items() if name in schema]
    return ", ".join([schema.get("description", ""), *parts]).strip(", ")


def _table(title: str, rows: Iterable[tuple[str, dict[str, Any], bool]]) -> Iterator[str]:
    body = "".join(
        f"<tr><th>{escape(name)}</th><td>{_type(schema)}</td><td class=dim>{'required' if needed else ''}</td>"
        f"<td class=dim>{_limits(schema)}</td></tr>"
        for name, schema, needed in rows
    )
    if body:
        yield f"<table><caption>{title}</caption>{body}</table>"


def _fields(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any], bool]]:
    needed = schema.get("required", [])
    return [(name, field, name in needed) for name, field in schema.get("properties", {}).items()]


def _operation(spec: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"<article id={operation['operationId']}><h3><b>{method.upper()}</b> {escape(path)}</h3>"
    access = {0: "", 1: " Needs a sign-in or an API key.", 2: " Signing in is optional."}[
        len(operation.get("security", []))
    ]
    yield f"<div>{escape(operation['summary'])}.<span class=dim>{access}</span></div>"
    parameters = [
        (item["name"], item["schema"] | item, item.get("required", False)) for item in operation["parameters"]
    ]
    yield from _table("Parameters", parameters)
    if "requestBody" in operation:
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        yield from _table("Body (JSON)", _fields(spec["components"]["schemas"][reference.rpartition("/")[2]]))
    for status, answer in operation["responses"].items():
        content = answer.get("content", {}).get("application/json")
        if status != "default":
            yield f"<p class=dim>Answers {status}{': ' + _type(content['schema']) if content else ''}</p>"
    yield "</article>"


def _sections(spec: dict[str, Any]) -> Iterator[str]:
    for tag in spec["tags"]:
        parts = [
            part
            for path, methods in spec["paths"].items()
            for method, operation in methods.items()
            if operation["tags"] == [tag["name"]]
            for part in _operation(spec, path, method, operation)
        ]
        if parts:
            yield f"<section id={tag['name']}><h2>{tag['name']}</h2>{''.join(parts)}</section>"


def _schemas(spec: dict[str, Any]) -> Iterator[str]:
    yield "<section id=schemas><h2>Schemas</h2>"
    for name, schema in sorted(spec["components"]["schemas"].items()):
        yield f"<article id=schema-{name}><h3>{name}</h3>"
        yield from _table("Fields", _fields(schema))
        yield "</article>"
    yield "</section>"


def page(spec: dict[str, Any]) -> str:
    """The page for an OpenAPI document as containers.generate.openapi makes it."""
    sections = list(_sections(spec))
    tags = [tag["name"] for tag in spec["tags"] if any(f"<section id={tag['name']}>" in part for part in sections)]
    links = "".join(f'<a href="#{name}">{name}</a>' for name in [*tags, "schemas"])
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Fractafrag API</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{_STYLE}</style>\n'
        '<header><a href="/">Fractafrag</a><h1>The API</h1>'
        f"<p class=lead>{escape(spec['info']['description'])} As a document: "
        '<a href="/api/v1/openapi.json">openapi.json</a>. Agents connect to <code>/mcp</code>.</p>'
        f"<pre>{escape(_EXAMPLE)}</pre></header>\n<nav>{links}</nav>\n<main>"
        + "\n".join([*sections, *_schemas(spec)])
        + "</main>\n</html>\n"
    )
