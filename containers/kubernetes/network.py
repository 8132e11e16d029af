"""Network policies: everything is denied by default; then what the manifests' `needs` call for is allowed."""

from collections.abc import Sequence
from ipaddress import ip_network

from containers.kubernetes.gateway import PORT
from containers.kubernetes.objects import BEHIND_GATEWAY, PART_OF, Object, labels, needs_label, selector
from containers.kubernetes.pods import RENDERER
from containers.kubernetes.settings import Settings, SettingsError
from containers.manifest import Function

_BOTH = ("Ingress", "Egress")


def _port(number: int, protocol: str = "TCP") -> Object:
    return {"port": number, "protocol": protocol}


def _pods(found_by: Object) -> Object:
    return {"podSelector": {"matchLabels": found_by}}


def _namespace(name: str) -> Object:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def _dns() -> Object:
    """An egress rule to the cluster's DNS, and to the node-local cache that some clusters have."""
    servers = {**_namespace("kube-system"), **_pods({"k8s-app": "kube-dns"})}
    cache = {"ipBlock": {"cidr": "169.254.20.10/32"}}
    return {"to": [servers, cache], "ports": [_port(53, "UDP"), _port(53)]}


def _peer(text: str) -> Object:
    if text.startswith("namespace/"):
        return _namespace(text.removeprefix("namespace/"))
    return {"ipBlock": {"cidr": str(ip_network(text))}}


def destination(text: str) -> Object:
    """PEER[,PEER]:PORT as an egress rule; a peer is a CIDR or namespace/NAME. Raises SettingsError."""
    peers, _, port = text.rpartition(":")
    try:
        return {"to": [_peer(part) for part in peers.split(",")], "ports": [_port(int(port))]}
    except ValueError as error:
        raise SettingsError(f"{text!r} should look like 10.0.3.0/24:5432 or namespace/databases:5432") from error


def _policy(
    name: str,
    settings: Settings,
    found_by: Object,
    ingress: Sequence[Object] | None = None,
    egress: Sequence[Object] | None = None,
) -> Object:
    """A NetworkPolicy. ingress, egress: None leaves that direction to other policies; an empty list denies it."""
    spec = {
        "podSelector": {"matchLabels": found_by},
        "policyTypes": [kind for kind, rules in zip(_BOTH, (ingress, egress), strict=True) if rules is not None],
        **({"ingress": list(ingress)} if ingress else {}),
        **({"egress": list(egress)} if egress else {}),
    }
    meta = {"name": f"fractafrag-{name}", "labels": labels(f"fractafrag-{name}", "network", settings)}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": spec}


def _stores(settings: Settings) -> list[Object]:
    """For each store, egress from the pods that need it."""
    peers = {"postgres": settings.postgres, "redis": settings.redis, "storage": settings.storage}
    return [
        _policy(f"needs-{need}", settings, needs_label(need), egress=[destination(place), _dns()])
        for need, place in peers.items()
    ]


def _renderer(items: Sequence[Function], settings: Settings) -> list[Object]:
    """The renderer runs untrusted code: ingress from its callers only, and no egress at all, not even DNS."""
    port = [_port(item.port) for item in items if item.name == RENDERER]
    into = [{"from": [_pods(needs_label(RENDERER))], "ports": port}]
    out = [{"to": [_pods(selector(RENDERER))], "ports": port}, _dns()]
    return [
        _policy(RENDERER, settings, selector(RENDERER), ingress=into, egress=[]),
        _policy(f"needs-{RENDERER}", settings, needs_label(RENDERER), egress=out),
    ]


def _gateway_and_functions(settings: Settings) -> list[Object]:
    """Anybody may reach the gateway, and the gateway may reach the functions."""
    knative = [_namespace(name) for name in settings.knative_namespaces.split(",")] if settings.knative else []
    into = {"from": [_pods(selector("gateway"))], "ports": [_port(8000)]}
    out = {"to": [_pods(BEHIND_GATEWAY)], "ports": [_port(8000)]}
    through_in, through_out = ([{"from": knative}], [{"to": knative}]) if knative else ([], [])
    outward = [out, *through_out, _dns()]
    return [
        _policy("gateway", settings, selector("gateway"), ingress=[{"ports": [_port(PORT)]}], egress=outward),
        _policy("functions", settings, BEHIND_GATEWAY, ingress=[into, *through_in]),
    ]


def _metrics(items: Sequence[Function], settings: Settings) -> list[Object]:
    if not settings.metrics_namespace:
        return []
    ports = [_port(number) for number in sorted({item.port for item in items if item.kind != "static"})]
    rule = {"from": [_namespace(settings.metrics_namespace)], "ports": ports}
    return [_policy("metrics", settings, PART_OF, ingress=[rule])]


def policies(items: Sequence[Function], settings: Settings) -> list[Object]:
    """All network policies; Kubernetes allows what any of them allows."""
    deny = _policy("default-deny", settings, PART_OF, ingress=[], egress=[])
    return [
        deny,
        *_gateway_and_functions(settings),
        *_stores(settings),
        *_renderer(items, settings),
        *_metrics(items, settings),
    ]
