"""The page's whole world: a few files, answered from memory. It has no network and no files."""

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Route

from .bundle import bundle

# A secure context, as the file system of a page demands; a name that no resolver knows.
ORIGIN = "https://player.invalid"
POLICY = "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared"
CONTRACT = SHARED / "project" / "contract.json"


@dataclass(frozen=True, slots=True)
class Site:
    """Files by path: (content type, bytes)."""

    files: dict[str, tuple[str, bytes]]

    async def answer(self, route: Route) -> None:
        """Serves a request of the page, or lets it come to nothing."""
        url = route.request.url
        file = self.files.get(url.removeprefix(ORIGIN)) if url.startswith(ORIGIN + "/") else None
        try:
            if file is None:
                await route.abort("blockedbyclient")
            else:
                headers = {"content-security-policy": POLICY, "content-type": file[0]}
                await route.fulfill(status=200, headers=headers, body=file[1])
        except PlaywrightError:
            return  # killed meanwhile


def load_site() -> Site:
    """Reads the renderer's page and the player; the page takes its modules as one script."""
    modules = {
        f"{prefix}/{path.relative_to(folder).as_posix()}": path.read_text()
        for prefix, folder in (("/page", HERE / "page"), ("/player", SHARED / "player"))
        for path in sorted(folder.rglob("*.js"))
    }
    sources = {**modules, "/project/contract.json": CONTRACT.read_text().strip()}
    texts = {"/": (HERE / "page" / "index.html").read_text(), **modules, "/page.js": bundle(sources, "/page/main.js")}
    return Site({path: (TYPES[Path(path).suffix or ".html"], text.encode()) for path, text in texts.items()})
