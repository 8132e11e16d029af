"""Renderers to test against."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.renderer.rendering import Service, start_service, stop_service


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A renderer with the default settings."""
    running = start_service(tmp_path_factory.mktemp("renderer") / "log")
    yield running
    stop_service(running)


@pytest.fixture(scope="session")
def strict_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One browser, two seconds, and room for one to wait."""
    settings = {"MAX_RENDER_DURATION": "2", "RENDERER_BROWSERS": "1", "RENDERER_QUEUE": "1"}
    running = start_service(tmp_path_factory.mktemp("renderer") / "log", **settings)
    yield running
    stop_service(running)


@pytest.fixture
def own_service(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Starts renderers with settings of their own."""
    with contextlib.ExitStack() as stack:

        def start(**settings: str) -> Service:
            running = start_service(tmp_path / "log", **settings)
            stack.callback(stop_service, running)
            return running

        yield start


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that Chromium's own user reaches; pytest's are closed to it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)
