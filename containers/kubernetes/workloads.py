"""Deployments, Services and PodDisruptionBudgets."""

from containers.kubernetes.objects import Object, annotations, dns_name, labels, selector
from containers.kubernetes.pods import template
from containers.kubernetes.settings import Settings
from containers.manifest import Function


def deployment(metadata: Object, pod_template: Object, replicas: int | None = None) -> Object:
    """A Deployment that rolls without reducing its copies. replicas: None where an autoscaler sets them."""
    spec = {
        **({"replicas": replicas} if replicas is not None else {}),
        "revisionHistoryLimit": 3,
        "selector": {"matchLabels": selector(metadata["name"])},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
        "template": pod_template,
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def metadata(item: Function, settings: Settings) -> Object:
    """A function's metadata, with its manifest as annotations."""
    return {
        "name": dns_name(item),
        "labels": labels(item.name, item.kind, settings),
        "annotations": annotations(item),
    }


def function_deployment(item: Function, settings: Settings, replicas: int | None) -> Object:
    """The Deployment of a function."""
    return deployment(metadata(item, settings), template(item, settings), replicas)


def service(name: str, component: str, port: int, settings: Settings) -> Object:
    """A Service in front of the pods' port named http."""
    spec = {"selector": selector(name), "ports": [{"name": "http", "port": port, "targetPort": "http"}]}
    meta = {"name": name, "labels": labels(name, component, settings)}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}


def disruption_budget(name: str, component: str, settings: Settings) -> Object:
    """Lets a node drain evict one copy at a time; with `minAvailable: 1` a single copy would block the drain for ever."""
    spec = {
        "maxUnavailable": 1,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": {"matchLabels": selector(name)},
    }
    meta = {"name": name, "labels": labels(name, component, settings)}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta, "spec": spec}
