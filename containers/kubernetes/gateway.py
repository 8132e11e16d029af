"""The gateway: nginx with the site; its Service, and the Ingress in front of it."""

from collections.abc import Sequence

from containers.kubernetes.environment import variable
from containers.kubernetes.objects import Object, labels
from containers.kubernetes.pods import PRE_STOP, confined, http_get, notes, pod, resources, spread, tcp
from containers.kubernetes.settings import Settings
from containers.kubernetes.workloads import deployment, service
from containers.manifest import Function

NAME = "gateway"
PORT = 8080
DRAIN = 60
"""Seconds that open streams and slow clients have after the pod is told to stop."""
_UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def function_port(settings: Settings) -> int:
    """The port of functions' Services: with Knative always 80, for all functions."""
    return 80 if settings.knative else 8000


def _environment(settings: Settings) -> list[Object]:
    """$(NAMESPACE) is filled in by Kubernetes, so that the manifests hold in any namespace."""
    values = {
        "LISTEN": str(PORT),
        "FUNCTION_SUFFIX": f".$(NAMESPACE).svc.{settings.cluster_domain}",
        "FUNCTION_PORT": str(function_port(settings)),
        "TRUSTED_PROXIES": settings.trusted_proxies,
        **({"RESOLVER": settings.resolver} if settings.resolver else {}),
        **({"UPSTREAM_HOST": "function"} if settings.knative else {}),
    }
    return [
        {"name": "NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
        *({"name": name, "value": value} for name, value in values.items()),
        variable("STORAGE_URL", settings),
    ]


def _container(settings: Settings) -> Object:
    """The probes request a page of the site: the gateway is ready without functions, and answers 503 for them."""
    return {
        "name": NAME,
        "image": settings.image(NAME),
        "env": _environment(settings),
        "ports": [{"name": "http", "containerPort": PORT}],
        "startupProbe": http_get("/", "http", periodSeconds=1, failureThreshold=30),
        "readinessProbe": http_get("/", "http", periodSeconds=5, timeoutSeconds=3, failureThreshold=2),
        "livenessProbe": tcp("http", periodSeconds=20, timeoutSeconds=10, failureThreshold=6),
        "lifecycle": {"preStop": {"sleep": {"seconds": PRE_STOP}}},
        "resources": resources("256m"),
        "securityContext": confined(),
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108  # the container's own
    }


def gateway(items: Sequence[Function], settings: Settings) -> list[Object]:
    """Deployment and Service. The image includes the site, so static functions have no workload of their own."""
    sites = ", ".join(item.name for item in items if item.kind == "static")
    own = labels(NAME, NAME, settings)
    metadata = {"name": NAME, "labels": own, "annotations": {"fractafrag/serves": sites}}
    tmp = {"name": "tmp", "emptyDir": {"sizeLimit": "512Mi"}}  # nginx's configuration, and buffered bodies
    spec = {**pod([_container(settings)], [tmp], PRE_STOP + DRAIN), **spread(NAME)}
    annotations = {"fractafrag/configuration": notes(PORT, settings)["fractafrag/configuration"]}
    template = {"metadata": {"labels": own, "annotations": annotations}, "spec": spec}
    return [deployment(metadata, template, settings.replicas), service(NAME, NAME, 80, settings)]


def _bytes(size: str) -> int:
    return int(size[:-1]) * _UNITS[size[-1]]


def _limits(items: Sequence[Function]) -> Object:
    """ingress-nginx's annotations with the largest body and timeout of any function; the gateway enforces each route's own.

    Other ingress controllers use other annotations.
    """
    routed = [item for item in items if item.routed]
    seconds = str(max(item.timeout for item in routed))
    return {
        "nginx.ingress.kubernetes.io/proxy-body-size": max((item.body_limit for item in routed), key=_bytes),
        "nginx.ingress.kubernetes.io/proxy-read-timeout": seconds,
        "nginx.ingress.kubernetes.io/proxy-send-timeout": seconds,
        "nginx.ingress.kubernetes.io/proxy-buffering": "off",
        "nginx.ingress.kubernetes.io/proxy-request-buffering": "off",
    }


def ingress(items: Sequence[Function], settings: Settings) -> Object:
    """Sends every request for the public host to the gateway."""
    backend = {"service": {"name": NAME, "port": {"name": "http"}}}
    rule = {"host": settings.host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    spec = {
        **({"ingressClassName": settings.ingress_class} if settings.ingress_class else {}),
        **({"tls": [{"hosts": [settings.host], "secretName": settings.tls_secret}]} if settings.https else {}),
        "rules": [rule],
    }
    metadata = {
        "name": "fractafrag",
        "labels": labels("fractafrag", "ingress", settings),
        "annotations": _limits(items),
    }
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}
