"""The gateway's locations of the site's pages, from the site's own routes: gateway/conf/pages.conf."""

import json
import re
from pathlib import Path

from containers.manifest import ROOT

ROUTES = "functions/web/src/navigation/routes.json"
_HEADER = f"# Generated from {ROUTES} by `make generate`: do not edit. Whatever is no page and no file is a 404.\n"
_ID = "(?<shader_id>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
"""The id of a shader, in a page's path."""


def _plain(paths: list[str]) -> str:
    alternatives = "|".join(re.escape(path.rstrip("/")) for path in paths)
    return f'location ~ "^(?:{alternatives})/?$" {{\n    include conf/known_page.${{SITE}}.conf;\n}}\n'


def _of_a_shader(path: str) -> str:
    """The page, with the status 404 where the shader is not public; its author still sees it, by their token."""
    pattern = re.escape(path).replace(":id", _ID)
    return (
        f'location ~ "^{pattern}/?$" {{\n    auth_request /.shader_page;\n    error_page 403 =404 @missing;\n'
        "    error_page 500 =200 @page;\n"
        "    include conf/error_pages.conf;\n    include conf/known_page.${SITE}.conf;\n}\n"
    )


def gateway_pages(root: Path = ROOT) -> str:
    """gateway/conf/pages.conf: a location for the plain pages, and one for each page of a shader."""
    paths: list[str] = list(json.loads((root / ROUTES).read_text()).values())
    parts = [_plain([path for path in paths if ":" not in path])]
    return _HEADER + "\n" + "\n".join(parts + [_of_a_shader(path) for path in paths if ":" in path])
