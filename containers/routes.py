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
