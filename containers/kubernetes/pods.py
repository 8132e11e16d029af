"""Pod templates: the container, its probes and resource limits, and how it starts and stops."""

import re
from collections.abc import Sequence
from typing import Any

from containers.kubernetes.environment import digest, environment, renderer_environment
from containers.kubernetes.objects import Object, is_served, pod_labels, selector
from containers.kubernetes.settings import Settings
from containers.manifest import Function, ManifestError
from containers.runtime.serve import settings_for

USER = 10001
RENDERER = "renderer"
PRE_STOP = 5
"""Seconds that a pod keeps serving after it was told to stop, while others still send it requests."""
DRAIN = 60
"""Seconds that a worker has to finish its current row. If it is killed, its lease runs out, and another worker takes the row."""
SCHEMA_PATIENCE = 300
"""Seconds that a pod waits for the migrations before it counts as failed."""
_UNITS = {"k": "Ki", "m": "Mi", "g": "Gi"}


def quantity(memory: str) -> str:
    """A manifest's 256m as Kubernetes writes it, 256Mi. Raises ManifestError."""
    found = re.fullmatch(r"(\d+)([kmg])", memory)
    if not found:
        raise ManifestError(f"memory = {memory!r} should look like '256m'")
    return found[1] + _UNITS[found[2]]


def resources(memory: str, cpu: str = "100m", cpu_limit: str = "") -> Object:
    """Requests and limits. Memory's are equal; CPU has no limit, because throttling delays answers and saves nothing."""
    limits = {"memory": quantity(memory), **({"cpu": cpu_limit} if cpu_limit else {})}
    return {"requests": {"cpu": cpu, "memory": quantity(memory)}, "limits": limits}


def confined() -> Object:
    """The securityContext of every container."""
    return {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


def http_get(path: str, port: int | str, **rest: Any) -> Object:
    """An HTTP probe; periods in seconds."""
    return {"httpGet": {"path": path, "port": port}, **rest}


def tcp(port: int | str, **rest: Any) -> Object:
    """A TCP probe."""
    return {"tcpSocket": {"port": port}, **rest}


def asks_postgres(item: Function) -> bool:
    """Whether its /health depends on Postgres, as that of the function `health` does."""
    return item.kind == "http" and "/health" in item.routes()


def probes(item: Function, port: int | str = "http") -> Object:
    """Startup, readiness and liveness. Liveness is patient, because a busy process is not a broken one.

    It never depends on Postgres, whose absence no restart mends. The renderer's /health draws a real picture, at most 5 s old.
    """
    alive = {"periodSeconds": 20, "timeoutSeconds": 10, "failureThreshold": 6}
    slow = 10 if item.name == RENDERER else 3
    return {
        "startupProbe": http_get("/health", port, periodSeconds=2, timeoutSeconds=slow, failureThreshold=60),
        "readinessProbe": http_get("/health", port, periodSeconds=5, timeoutSeconds=slow, failureThreshold=2),
        "livenessProbe": tcp(port, **alive) if asks_postgres(item) else http_get("/health", port, **alive),
    }


def arguments(item: Function) -> list[str]:
    """The container's command, as in compose.yaml."""
    return ["python", "-m", "containers.runtime.serve", item.name]


def _environment(item: Function, settings: Settings) -> list[Object]:
    if item.name == RENDERER:
        return renderer_environment(settings)
    bind = [] if is_served(item) else [{"name": "METRICS_BIND", "value": f"0.0.0.0:{item.port}"}]
    return environment(item.needs, settings) + bind


def container(item: Function, settings: Settings) -> Object:
    """The one container of a function's pod."""
    own = {"cpu": settings.renderer_cpu, "cpu_limit": settings.renderer_cpu} if item.name == RENDERER else {}
    return {
        "name": item.name,
        "image": settings.image(item.name),
        "args": arguments(item),
        "env": _environment(item, settings),
        "ports": [{"name": "http", "containerPort": item.port}],
        **probes(item),
        **({"lifecycle": {"preStop": {"sleep": {"seconds": PRE_STOP}}}} if is_served(item) else {}),
        "resources": resources(item.memory, **own),
        "securityContext": confined(),
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108  # the container's own
    }


def schema_container(item: Function, settings: Settings) -> Object:
    """An init container that waits for the migrations, so that no code runs on an older schema."""
    return {
        "name": "schema",
        "image": settings.image(item.name),
        "args": ["python", "-m", "db.migrate", "--check", "--wait", str(SCHEMA_PATIENCE)],
        "env": environment(["postgres"], settings),
        "resources": resources("128m"),
        "securityContext": confined(),
    }


def scratch(item: Function) -> Object:
    """The volume at /tmp. The renderer's is in memory: fast, and counted towards the container's limit."""
    kind = {"medium": "Memory", "sizeLimit": "512Mi"} if item.name == RENDERER else {"sizeLimit": "64Mi"}
    return {"name": "tmp", "emptyDir": kind}


def grace(item: Function) -> int:
    """terminationGracePeriodSeconds: the preStop pause, then the time that gunicorn or the worker needs, and 5 s more."""
    return (PRE_STOP + int(settings_for(item, "")["graceful_timeout"]) if is_served(item) else DRAIN) + 5


def pod(containers: Sequence[Object], volumes: Sequence[Object], seconds: int, profile: str = "") -> Object:
    """A pod's spec. profile: a seccomp profile on the node, instead of the runtime's own."""
    seccomp = {"type": "Localhost", "localhostProfile": profile} if profile else {"type": "RuntimeDefault"}
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": seconds,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "seccompProfile": seccomp,
        },
        "containers": list(containers),
        "volumes": list(volumes),
    }


def spread(name: str) -> Object:
    """Spreads copies over nodes and zones where possible."""
    rules = [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": selector(name)},
        }
        for key in ("kubernetes.io/hostname", "topology.kubernetes.io/zone")
    ]
    return {"topologySpreadConstraints": rules}


def _renderer_extras(settings: Settings) -> Object:
    """With a shared process namespace, Chromium's orphans are reaped by the pod's first process."""
    runtime = {"runtimeClassName": settings.runtime_class} if settings.runtime_class else {}
    return {"shareProcessNamespace": True, **runtime}


def template(item: Function, settings: Settings) -> Object:
    """The pod template of a function."""
    renderer = item.name == RENDERER
    waits = {"initContainers": [schema_container(item, settings)]} if "postgres" in item.needs else {}
    spec = {
        **pod([container(item, settings)], [scratch(item)], grace(item), settings.renderer_seccomp if renderer else ""),
        **(_renderer_extras(settings) if renderer else {}),
        **waits,
        **spread(item.name),
    }
    return {"metadata": {"labels": pod_labels(item, settings), "annotations": notes(item.port, settings)}, "spec": spec}


def notes(port: int, settings: Settings) -> Object:
    """Annotations of a pod: where its metrics are, and the hash of its configuration."""
    return {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": str(port),
        "prometheus.io/path": "/metrics",
        "fractafrag/configuration": digest(settings),
    }
