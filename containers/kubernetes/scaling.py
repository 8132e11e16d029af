"""Autoscaling: HTTP functions by CPU, workers and the renderer by the number of due rows in Postgres (KEDA)."""

from collections.abc import Sequence

from containers.kubernetes.objects import Object, labels
from containers.kubernetes.pods import RENDERER
from containers.kubernetes.settings import Settings
from containers.manifest import Function, ManifestError
from shared.work import WORKERS, Worker

AUTHENTICATION = "fractafrag-postgres"


def _worker(name: str) -> Worker:
    if name not in WORKERS:
        raise ManifestError(f"{name}: shared/work.py has no such worker; it has {', '.join(WORKERS)}")
    return WORKERS[name]


def depth_query(worker: str) -> str:
    """One row with one number: how many rows the worker's claim would take. Redis' queue may be flushed, so its length is not used.

    Raises ManifestError for a worker that is not registered.
    """
    lines = [line.strip() for line in _worker(worker).depth.splitlines() if not line.startswith("--")]
    return f"SELECT due FROM ({' '.join(lines)}) AS waiting"  # noqa: S608  # our own statements


def authentication(settings: Settings) -> Object:
    """KEDA's access to Postgres, from the functions' Secret."""
    reference = {"parameter": "connection", "name": settings.secret, "key": "DATABASE_URL"}
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "TriggerAuthentication",
        "metadata": {"name": AUTHENTICATION, "labels": labels(AUTHENTICATION, "scaling", settings)},
        "spec": {"secretTargetRef": [reference]},
    }


def _trigger(worker: str, at_once: int) -> Object:
    values = {"query": depth_query(worker), "targetQueryValue": str(_worker(worker).rows * at_once)}
    return {"type": "postgresql", "metadata": values, "authenticationRef": {"name": AUTHENTICATION}}


def _by_depth(item: Function, workers: Sequence[str], at_once: int, most: int, settings: Settings) -> Object:
    """workers: those whose rows count; at_once: jobs that one copy works on. While Postgres is away the minimum runs."""
    spec = {
        "scaleTargetRef": {"name": item.name},
        "minReplicaCount": item.scale,
        "maxReplicaCount": max(item.scale, most),
        "fallback": {"failureThreshold": 3, "replicas": item.scale},
        "triggers": [_trigger(worker, at_once) for worker in workers],
    }
    meta = {"name": item.name, "labels": labels(item.name, item.kind, settings)}
    return {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": meta, "spec": spec}


def _by_cpu(item: Function, least: int, most: int, settings: Settings) -> Object:
    """Targets half a core a copy: a Python process uses one at most. An absolute value, since the CPU request is low on purpose."""
    cpu = {"name": "cpu", "target": {"type": "AverageValue", "averageValue": "500m"}}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": item.name},
        "minReplicas": least,
        "maxReplicas": max(least, most),
        "metrics": [{"type": "Resource", "resource": cpu}],
    }
    meta = {"name": item.name, "labels": labels(item.name, item.kind, settings)}
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": meta, "spec": spec}


def scaler(item: Function, items: Sequence[Function], settings: Settings) -> Object | None:
    """A function's autoscaler; None for one whose number of copies is fixed by its manifest.

    The renderer scales by the queue depth of its callers, not by CPU: the depth rises before browsers are busy, and a shader
    that waits for its deadline occupies a browser without using CPU.
    """
    if item.kind in ("http", "asgi"):
        return _by_cpu(item, max(item.scale, settings.replicas), settings.max_replicas, settings)
    if item.kind == "worker":
        return _by_depth(item, [item.name], 1, settings.max_workers, settings)
    callers = [other.name for other in items if item.name in other.needs and other.name in WORKERS]
    if item.name == RENDERER and callers:
        at_once = int(settings.renderer_browsers)
        return _by_depth(item, callers, at_once, -(-settings.max_workers // at_once), settings)
    return None
