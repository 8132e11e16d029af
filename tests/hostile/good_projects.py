"""The good projects: the lighter starter shaders, and the output of each while nothing else runs."""

from dataclasses import dataclass
from typing import Any

from functions.renderer.cli.sources import read_sources
from tests.hostile.client import Ending, render
from tests.renderer.rendering import ROOT, Service

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
"""Each takes 1.5 s or less for poster and clip on two cores. Shaders that stand still and ones with feedback are among them."""


@dataclass(frozen=True, slots=True)
class Good:
    """A project, and how it ended alone."""

    name: str
    project: dict[str, Any]
    alone: Ending


def render_alone(service: Service, count: int) -> list[Good]:
    """Renders one after another. Ends the program where one fails even so."""
    sources = read_sources([str(ROOT / "db/seed" / name) for name in NAMES[:count]])
    good = [Good(source.name, source.project, render(service, source.project)) for source in sources]
    if bad := [f"{item.name}: {item.alone.detail}" for item in good if item.alone.word != "done"]:
        raise SystemExit(f"not even alone: {'; '.join(bad)}")
    return good
