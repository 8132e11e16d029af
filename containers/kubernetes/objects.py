"""Labels, annotations and YAML output, which all Kubernetes objects share."""

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
    """The labels that select a component's pods. A Deployment's selector is immutable, so these never change."""
    return {"app.kubernetes.io/name": name, **PART_OF}


def labels(name: str, component: str, settings: Settings) -> Object:
    """The recommended labels."""
    return {**selector(name), "app.kubernetes.io/component": component, "app.kubernetes.io/version": settings.tag}


def needs_label(need: str) -> Object:
    """The label of every pod that needs this store or service; network policies select pods by it."""
    return {f"fractafrag/needs-{need}": "true"}


def pod_labels(item: Function, settings: Settings) -> Object:
    """The labels of a function's pods: recommended ones, needs, and whether the gateway routes to it."""
    found = labels(item.name, item.kind, settings)
    for need in item.needs:
        found |= needs_label(need)
    return found | (BEHIND_GATEWAY if item.routed else {})


def is_served(item: Function) -> bool:
    """Whether other pods call it, so that it gets a Service."""
    return item.kind in ("http", "asgi") or item.name in NEEDS


def routes_of(item: Function) -> list[str]:
    """The path templates that it answers."""
    if item.kind == "asgi":
        return [f"/{item.name}"]
    return sorted(item.routes()) if item.kind == "http" else []


def annotations(item: Function) -> Object:
    """The function's manifest as annotations of its workload."""
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
    """The function's name as a host name. Raises ManifestError for a name that no Service may have."""
    if "_" in item.name or len(item.name) > 63:
        raise ManifestError(f"{item.name}: a Service's name has no underscore and at most 63 characters")
    return item.name


class _Dumper(yaml.SafeDumper):
    """Writes block style with indented lists and without anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def dump(objects: Iterable[Object]) -> str:
    """A stream of YAML documents."""
    text: str = yaml.dump_all(objects, Dumper=_Dumper, sort_keys=False, explicit_start=True, width=120)
    return _HEADER + text
