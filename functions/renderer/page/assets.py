"""The files of the page that draws: its HTML, its modules and the player's, bundled into one script."""

from pathlib import Path

from functions.renderer.chromium.site import Site
from functions.renderer.page.bundle import bundle

CONTENT_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
"""By suffix of the path."""
HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared"
CONTRACT = SHARED / "project" / "contract.json"
"""The limits and names of projects, which the player reads."""


def load_site() -> Site:
    """Reads the renderer's page and the player; the page takes its modules as one script."""
    modules = {
        f"{prefix}/{path.relative_to(folder).as_posix()}": path.read_text()
        for prefix, folder in (("/page", HERE), ("/player", SHARED / "player"))
        for path in sorted(folder.rglob("*.js"))
    }
    sources = {**modules, "/project/contract.json": CONTRACT.read_text().strip()}
    texts = {"/": (HERE / "index.html").read_text(), **modules, "/page.js": bundle(sources, "/page/main.js")}
    return Site({path: (CONTENT_TYPES[Path(path).suffix or ".html"], text.encode()) for path, text in texts.items()})
