"""The good projects: the lighter starter shaders, and what each comes out as while nothing else runs."""

from dataclasses import dataclass
from typing import Any

from functions.renderer.cli.sources import read_sources
from tests.renderer.rendering import ROOT, Service

from .client import Ending, render

# Measured: each is a poster and a clip in 1.5 s or less on two cores. Stills and feedback are among them.
NAMES = (
    "alhambra",
    "basalt-waves",
    "coral-reaction",
    "dune-sea",
    "gyroid-lantern",
    "hyperbolic-garden",
    "julia-bloom",
    "life-embers",
    "newton-petals",
    "paper-canyon",
    "quicksilver",
    "rainy-window",
    "rose-window",
    "silk-tides",
    "soap-knot",
    "truchet-river",
)


@dataclass(frozen=True, slots=True)
class Good:
    """A project and its quiet run."""

    name: str
    project: dict[str, Any]
    quiet: Ending


def render_quietly(service: Service, count: int) -> list[Good]:
    """One after another. Ends the program where one does not even come out so."""
    sources = read_sources([str(ROOT / "db/seed" / name) for name in NAMES[:count]])
    goods = [Good(source.name, source.project, render(service, source.project)) for source in sources]
    if bad := [f"{good.name}: {good.quiet.detail}" for good in goods if good.quiet.word != "done"]:
        raise SystemExit(f"not even quietly: {'; '.join(bad)}")
    return goods
