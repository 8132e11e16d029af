"""A gateway with its own limits, one whose limits a test reaches quickly, and the servers behind both."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from containers.local.folders import free_port
from containers.manifest import ROOT
from tests.gateway.servers import PROXY, Function, Gateway, Names, running

HASTY = {
    "client_header_timeout 15s": "client_header_timeout 1s",
    "proxy_read_timeout 120s": "proxy_read_timeout 1s",
    "valid=2s": "valid=1s",
    "limit_conn requests 100": "limit_conn requests 3",
    "limit_conn streams 32": "limit_conn streams 2",
}


@pytest.fixture(scope="session")
def copies() -> Iterator[list[Function]]:
    """Two copies of every function, on addresses of their own."""
    port = free_port()
    found = [Function(address, port) for address in ("127.0.0.2", "127.0.0.3")]
    yield found
    for function in found:
        function.shutdown()
        function.server_close()


@pytest.fixture(scope="session")
def _names() -> Iterator[Names]:
    names = Names()
    yield names
    names.close()


@pytest.fixture
def names(_names: Names) -> Names:
    """The DNS of the gateways below; a test that changes an address uses a function that no other test changes."""
    _names.asked.clear()
    return _names


@pytest.fixture(scope="session")
def files(folder: Path) -> Path:
    """Folders `site` and `renders`, and files beside them that must not be served."""
    root = folder / "files"
    for path, text in {
        "site/index.html": "<!doctype html>" + "the page " * 300,
        "site/assets/app.js": "const app = 1;" * 200,
        "site/assets/built.js": "const built = 1;" * 200,
        "site/assets/built.js.gz": "already small",
        "renders/ab/key/poster.webp": "a picture",
        "renders/.unfinished/half": "half a picture",
        "rendersx/secret": "secret",
        "secret": "secret",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    shutil.copy(ROOT / "functions/web/public/robots.txt", root / "site")
    (root / "renders/ab/link.webp").symlink_to(root / "secret")
    (root / "renders/ab/out").symlink_to(root)
    return root


@pytest.fixture(scope="session")
def settings(copies: list[Function], _names: Names, files: Path) -> dict[str, str]:
    """Settings of a gateway whose functions are the two copies."""
    for name in ("auth", "docs", "feed", "health", "mcp", "me", "renders", "shaders", "versions", "votes"):
        _names.addresses[name] = [function.address for function in copies]
    return {
        "RESOLVER": _names.at,
        "FUNCTION_PORT": str(copies[0].server_port),
        "SITE_ROOT": str(files / "site"),
        "RENDERS_ROOT": str(files / "renders"),
        "TRUSTED_PROXIES": f"{PROXY}, cloudflare",
        "WORKER_USER": "root" if os.geteuid() == 0 else "",
    }


@pytest.fixture(scope="session")
def gateway(folder: Path, settings: dict[str, str]) -> Iterator[Gateway]:
    """The gateway with its own limits."""
    with running(folder / "gateway", **settings) as started:
        yield started


@pytest.fixture(scope="session")
def hasty(folder: Path, settings: dict[str, str]) -> Iterator[Gateway]:
    """The gateway with limits that a test reaches soon."""
    with running(folder / "hasty", HASTY, **settings) as started:
        yield started


@pytest.fixture(autouse=True)
def _as_new(copies: list[Function]) -> None:
    for function in copies:
        function.seen.clear()
        function.headers.clear()
        function.statuses.clear()
        function.dies = 0
        function.waits.set()
