"""How many run: by CPU where requests come in, by the due rows in Postgres where work waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from containers.kubernetes.objects import Object, labels
from containers.kubernetes.pods import RENDERER
from containers.kubernetes.settings import Settings
from containers.manifest import Function

AUTHENTICATION = "fractafrag-postgres"
BROWSERS = 2
"""Renders that one renderer works on at a time: RENDERER_BROWSERS."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits. query: one row with one number; per_worker: so many that one worker clears in a few seconds."""

    query: str
    per_worker: int


DEPTHS = {
    "render": Depth(
        "SELECT count(*) FROM renders WHERE settled_at IS NULL AND (lease_until IS NULL OR lease_until < now())", 4
    ),
    "describe": Depth(
        "SELECT count(*) FROM renders r JOIN outputs o ON o.render_id = r.id AND o.name = 'poster' "
        "WHERE r.described_at IS NULL AND r.status = 'ready' AND r.shader_id IS NOT NULL",
        50,
    ),
}
"""What each worker's claim in shared/queries/renders.sql would take. Not the length of Redis' queues, which may be flushed."""


def authentication(settings: Settings) -> Object:
    """How KEDA reads Postgres: by the same Secret."""
    reference = {"parameter": "connection", "name": settings.secret, "key": "DATABASE_URL"}
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "TriggerAuthentication",
        "metadata": {"name": AUTHENTICATION, "labels": labels(AUTHENTICATION, "scaling", settings)},
        "spec": {"secretTargetRef": [reference]},
    }


def _trigger(depth: Depth, at_once: int) -> Object:
    values = {"query": depth.query, "targetQueryValue": str(depth.per_worker * at_once)}
    return {"type": "postgresql", "metadata": values, "authenticationRef": {"name": AUTHENTICATION}}


def _by_depth(item: Function, depths: Sequence[Depth], at_once: int, most: int, settings: Settings) -> Object:
    """at_once: jobs that one copy works on. Where Postgres is away, things stay at their least: nothing can be done anyway."""
    spec = {
        "scaleTargetRef": {"name": item.name},
        "minReplicaCount": item.scale,
        "maxReplicaCount": max(item.scale, most),
        "fallback": {"failureThreshold": 3, "replicas": item.scale},
        "triggers": [_trigger(depth, at_once) for depth in depths],
    }
    meta = {"name": item.name, "labels": labels(item.name, item.kind, settings)}
    return {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": meta, "spec": spec}


def _by_cpu(item: Function, least: int, most: int, settings: Settings) -> Object:
    """Half a core each: a process of Python has one at most. Not a share of the request, which is small on purpose."""
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
    """What scales a function, or None for one that runs as often as its manifest says.

    The renderer follows the depth of those who call it, not its own CPU: work is seen before the browsers are busy with it,
    and a shader that only waits for its deadline takes a browser as well.
    """
    if item.kind in ("http", "asgi"):
        return _by_cpu(item, max(item.scale, settings.replicas), settings.max_replicas, settings)
    if item.kind == "worker" and item.name in DEPTHS:
        return _by_depth(item, [DEPTHS[item.name]], 1, settings.max_workers, settings)
    if item.kind == "worker":
        return _by_cpu(item, item.scale, settings.max_workers, settings)
    callers = [DEPTHS[other.name] for other in items if item.name in other.needs and other.name in DEPTHS]
    if item.name == RENDERER and callers:
        return _by_depth(item, callers, BROWSERS, -(-settings.max_workers // BROWSERS), settings)
    return None
