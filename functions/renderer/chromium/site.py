"""Answers the page's requests from memory: the page has no network and no files."""

from dataclasses import dataclass

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Route

ORIGIN = "https://player.invalid"
"""A secure context, as the file system of a page demands; a name that no resolver knows."""
POLICY = "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The content security policy of every answer."""


@dataclass(frozen=True, slots=True)
class Site:
    """Files by path: (content type, bytes)."""

    files: dict[str, tuple[str, bytes]]

    async def answer(self, route: Route) -> None:
        """Answers a request of the page with a file, or blocks it."""
        url = route.request.url
        file = self.files.get(url.removeprefix(ORIGIN)) if url.startswith(ORIGIN + "/") else None
        try:
            if file is None:
                await route.abort("blockedbyclient")
            else:
                headers = {"content-security-policy": POLICY, "content-type": file[0]}
                await route.fulfill(status=200, headers=headers, body=file[1])
        except PlaywrightError:
            return  # the browser was killed meanwhile
