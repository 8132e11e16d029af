"""Keeps other sites' pages from signing a browser in or out: their forms and scripts send the browser's cookies, too."""

from urllib.parse import urlsplit

import falcon

from shared.errors import Forbidden

_OWN = ("same-origin", "none")
"""Sec-Fetch-Site of a page of this site, and of what the user typed."""


def require_same_site(req: falcon.Request, public_url: str) -> None:
    """Raises Forbidden for a request of another site's page. Programs send neither header, and are served.

    public_url: the site's own address; the address that was asked for counts as well.
    """
    site, origin = req.get_header("Sec-Fetch-Site"), req.get_header("Origin")
    foreign = site.lower() not in _OWN if site else origin is not None and not _is_own(req, origin, public_url)
    if foreign:
        raise Forbidden("A page of another site may not do this.")


def _is_own(req: falcon.Request, origin: str, public_url: str) -> bool:
    host = req.get_header("X-Forwarded-Host") or req.get_header("Host")
    return origin == public_url or (origin.startswith(("http://", "https://")) and urlsplit(origin).netloc == host)
