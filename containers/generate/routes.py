"""The gateway's routes, from the manifests and the handlers: gateway/conf/routes.conf."""

import re
from collections.abc import Sequence

from containers.manifest import Function

_HEADER = "# Generated from functions/*/function.toml and handler.py by `make generate`: do not edit.\n"


def _pattern(template: str) -> str:
    return "/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in template.split("/"))


def _api_routes(item: Function) -> list[str]:
    return [template for template in item.routes() if template.startswith("/api/") or template == "/health"]


def _literal_first(item: Function) -> tuple[int, str]:
    """Sort key: nginx takes the first pattern that matches, so functions with fewer placeholders come first."""
    return min(template.count("{") for template in _api_routes(item)), item.name


def _repeatable(item: Function) -> bool:
    """Whether a POST may be sent to another copy after the first died: not if it creates without a user or shows a secret once."""
    operations = [
        getattr(member, "operation", None) for resource in item.routes().values() for member in vars(resource).values()
    ]
    created = [one for one in operations if one and one.status == 201]
    return not any(one.secret or one.auth is None for one in created)


def _limits(item: Function) -> list[str]:
    return [
        f"client_max_body_size {item.body_limit};",
        f"error_page 413 @larger_than_{item.body_limit};",
        f"proxy_read_timeout {item.timeout}s;",
        f"proxy_send_timeout {item.timeout}s;",
        f"limit_req zone={'signin burst=60' if item.name == 'auth' else 'api burst=400'} nodelay;",
    ]


def _block(head: str, lines: Sequence[str]) -> str:
    return f"location {head} {{\n" + "".join(f"    {line}\n" for line in lines) + "}\n"


def _location(item: Function) -> str:
    paths = "|".join(_pattern(template) for template in sorted(_api_routes(item)))
    quiet = ["access_log off;"] if item.name == "health" else []
    repeat = f"proxy_next_upstream error timeout{' non_idempotent' if _repeatable(item) else ''};"
    lines = [f"set $function {item.name};", *_limits(item), *quiet, repeat, "include conf/proxy.conf;"]
    return _block(f'~ "^(?:{paths})/?$"', lines)


def _stream(item: Function) -> str:
    lines = [
        f"set $function {item.name};",
        *_limits(item),
        f"rewrite ^ /{item.name} break;",
        "include conf/stream.conf;",
    ]
    return _block(f'~ "^/{item.name}/?$"', lines)


def _larger_than(limit: str) -> str:
    """The 413 problem document for a body limit, which nginx offers in no variable."""
    size = limit.replace("m", " MB").replace("k", " kB")
    problem = (
        '{"type":"about:blank","title":"$problem_title","status":$status,'
        f'"detail":"The body of a request has at most {size} here."}}'
    )
    return _block(f"@larger_than_{limit}", ["include conf/problem.conf;", f"return 200 '{problem}';"])


def gateway_routes(items: Sequence[Function]) -> str:
    """gateway/conf/routes.conf: a location for every function behind the gateway."""
    http = sorted((item for item in items if item.public and _api_routes(item)), key=_literal_first)
    streams = [item for item in items if item.kind == "asgi"]
    limits = sorted({item.body_limit for item in [*http, *streams]})
    parts = [*map(_location, http), *map(_stream, streams), *map(_larger_than, limits)]
    return _HEADER + "\n" + "\n".join(parts)
