"""What all objects have in common: labels, metadata, and how they are written."""

from collections.abc import Iterable
from typing import Any

import yaml

from containers.kubernetes.settings import Settings
from containers.manifest import NEEDS, Function, ManifestError

Object = dict[str, Any]
PART_OF = {"app.kubernetes.io/part-of": "fractafrag"}
CONFIG = "fractafrag"
"""The ConfigMap."""
BEHIND_GATEWAY = {"fractafrag/behind-gateway": "true"}
_HEADER = "# Printed by `make kubernetes` from functions/*/function.toml; docs/kubernetes.md says what to do with it.\n"


def selector(name: str) -> Object:
    """What a part's pods are found by. Never changes: selectors of Deployments cannot."""
    return {"app.kubernetes.io/name": name, **PART_OF}


def labels(name: str, component: str, settings: Settings) -> Object:
    """The recommended labels."""
    return {**selector(name), "app.kubernetes.io/component": component, "app.kubernetes.io/version": settings.tag}


def needs_label(need: str) -> Object:
    """On every pod that may reach this: network policies find it by that."""
    return {f"fractafrag/needs-{need}": "true"}


def pod_labels(item: Function, settings: Settings) -> Object:
    """A function's labels, what it needs and whether the gateway leads to it."""
    found = labels(item.name, item.kind, settings)
    for need in item.needs:
        found |= needs_label(need)
    return found | (BEHIND_GATEWAY if item.routed else {})


def is_served(item: Function) -> bool:
    """Whether others call it, so that it has a Service."""
    return item.kind in ("http", "asgi") or item.name in NEEDS


def routes_of(item: Function) -> list[str]:
    """The path templates that it answers."""
    if item.kind == "asgi":
        return [f"/{item.name}"]
    return sorted(item.routes()) if item.kind == "http" else []


def facts(item: Function) -> Object:
    """The manifest as annotations, so that what runs says what was asked for."""
    return {
        "fractafrag/needs": ", ".join(item.needs),
        "fractafrag/memory": item.memory,
        "fractafrag/scale": str(item.scale),
        **({"fractafrag/queue": item.name} if item.kind == "worker" else {}),
        **(
            {"fractafrag/timeout": f"{item.timeout}s", "fractafrag/body-limit": item.body_limit}
            if is_served(item)
            else {}
        ),
        **({"fractafrag/routes": ", ".join(routes_of(item))} if routes_of(item) else {}),
    }


def dns_name(item: Function) -> str:
    """Its name, which is its host name. Raises ManifestError for one that no Service can have."""
    if "_" in item.name or len(item.name) > 63:
        raise ManifestError(f"{item.name}: a Service's name has no underscore and at most 63 characters")
    return item.name


class _Dumper(yaml.SafeDumper):
    """Block style with indented lists, and no anchors where two objects share a part."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def dump(objects: Iterable[Object]) -> str:
    """A stream of YAML documents."""
    text: str = yaml.dump_all(objects, Dumper=_Dumper, sort_keys=False, explicit_start=True, width=120)
    return _HEADER + text
