"""HTTP functions as Knative Services, which scale to zero when nobody calls them."""

from containers.kubernetes.objects import Object, pod_labels
from containers.kubernetes.pods import USER, container, notes, probes, scratch
from containers.kubernetes.settings import Settings
from containers.kubernetes.workloads import metadata
from containers.manifest import Function
from containers.runtime.serve import THREADS

_LEFT_OUT = ("startupProbe", "lifecycle")
"""Knative's webhook rejects these; its own sidecar handles start and shutdown."""


def _container(item: Function, settings: Settings) -> Object:
    """The function's container, limited to the fields that Knative accepts without feature flags."""
    own: Object = {**container(item, settings), **probes(item, item.port), "ports": [{"containerPort": item.port}]}
    user = {"runAsNonRoot": True, "runAsUser": USER, "runAsGroup": USER, "seccompProfile": {"type": "RuntimeDefault"}}
    own["securityContext"] = {**user, **own["securityContext"]}
    return {name: value for name, value in own.items() if name not in _LEFT_OUT}


def knative_service(item: Function, settings: Settings) -> Object:
    """Scales from 0 to max_replicas copies; each takes as many concurrent requests as it has threads."""
    about = metadata(item, settings)
    about["labels"] = {**about["labels"], "networking.knative.dev/visibility": "cluster-local"}
    bounds = {
        "autoscaling.knative.dev/min-scale": "0",
        "autoscaling.knative.dev/max-scale": str(max(item.scale, settings.max_replicas)),
    }
    spec = {
        "containerConcurrency": THREADS,
        "timeoutSeconds": item.timeout,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "containers": [_container(item, settings)],
        "volumes": [scratch(item)],
    }
    pods = {"labels": pod_labels(item, settings), "annotations": {**bounds, **notes(item.port, settings)}}
    return {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": about,
        "spec": {"template": {"metadata": pods, "spec": spec}},
    }
