"""The Job that migrates the database, which functions wait for, and then publishes the starter shaders."""

import hashlib
from collections.abc import Sequence

from containers.kubernetes.environment import environment
from containers.kubernetes.objects import Object, labels, needs_label
from containers.kubernetes.pods import confined, pod, resources
from containers.kubernetes.settings import Settings
from db.migrate import init_sql

IMAGE = "health"
"""As in compose.yaml: all functions' images hold db/."""


def _container(name: str, module: str, needs: Sequence[str], settings: Settings) -> Object:
    return {
        "name": name,
        "image": settings.image(IMAGE),
        "args": ["python", "-m", module],
        "env": environment(needs, settings),
        "resources": resources("256m"),
        "securityContext": confined(),
    }


def _template(settings: Settings) -> Object:
    migrate = _container("migrate", "db.migrate", ["postgres"], settings)
    starters = _container("starters", "db.starters", ["postgres", "redis"], settings)
    own = {**labels("migrate", "migration", settings), **needs_label("postgres")}
    if not settings.starters:
        return {"metadata": {"labels": own}, "spec": {"restartPolicy": "OnFailure", **pod([migrate], [], 30)}}
    spec = {"restartPolicy": "OnFailure", "initContainers": [migrate], **pod([starters], [], 30)}
    return {"metadata": {"labels": {**own, **needs_label("redis")}}, "spec": spec}


def migration(settings: Settings) -> Object:
    """A Job's template is immutable, so its name contains a hash of it: applying the same manifests again changes nothing."""
    template = _template(settings)
    digest = hashlib.sha256((init_sql() + repr(template)).encode()).hexdigest()[:10]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": f"migrate-{digest}", "labels": labels("migrate", "migration", settings)},
        "spec": {"backoffLimit": 6, "ttlSecondsAfterFinished": 600, "template": template},
    }
