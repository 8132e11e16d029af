"""All Kubernetes objects, in the order to apply them: network policies before anything that runs."""

from collections.abc import Sequence

from containers.kubernetes.environment import config_map
from containers.kubernetes.gateway import NAME, function_port, gateway, ingress
from containers.kubernetes.knative import knative_service
from containers.kubernetes.migration import migration
from containers.kubernetes.network import policies
from containers.kubernetes.objects import Object, is_served
from containers.kubernetes.pods import RENDERER
from containers.kubernetes.scaling import authentication, scaler
from containers.kubernetes.settings import Settings
from containers.kubernetes.workloads import disruption_budget, function_deployment, service
from containers.manifest import Function


def _function(item: Function, items: Sequence[Function], settings: Settings) -> list[Object]:
    if settings.knative and item.kind == "http":
        return [knative_service(item, settings)]
    scaled = scaler(item, items, settings)
    found = [function_deployment(item, settings, None if scaled else item.scale)]
    if is_served(item):
        port = item.port if item.name == RENDERER else function_port(settings)
        found.append(service(item.name, item.kind, port, settings))
    if scaled or item.scale > 1:
        found.append(disruption_budget(item.name, item.kind, settings))
    return [*found, *([scaled] if scaled else [])]


def manifests(items: Sequence[Function], settings: Settings) -> list[Object]:
    """Every object of the stack except the Secret, which is created by hand. Raises ManifestError or SettingsError."""
    running = [item for item in items if item.kind != "static"]
    return [
        config_map(settings),
        *policies(items, settings),
        authentication(settings),
        migration(settings),
        *(part for item in running for part in _function(item, items, settings)),
        *gateway(items, settings),
        disruption_budget(NAME, NAME, settings),
        ingress(items, settings),
    ]
