"""Where the settings of shared/settings.py come from in a cluster: the ConfigMap, or the Secret, which others make."""

import hashlib
from collections.abc import Iterable, Sequence

from containers.kubernetes.objects import CONFIG, Object, labels
from containers.kubernetes.settings import Settings
from shared.settings import SETTINGS

_AMAZON = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
"""What boto3 reads by itself, so that SETTINGS do not have it."""
_OPTIONAL = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
"""A cloud may give pods an identity instead."""


def configuration(settings: Settings) -> dict[str, str]:
    """What the ConfigMap holds."""
    values = {
        "PUBLIC_URL": settings.public_url,
        "STORAGE_URL": settings.storage_url,
        "RENDERER_URL": "http://renderer:3100",
        "LOG_LEVEL": settings.log_level,
        "MAX_RENDER_DURATION": settings.max_render_duration,
        "AWS_DEFAULT_REGION": settings.s3_region,
        "AWS_ENDPOINT_URL": settings.s3_endpoint,
    }
    return {name: value for name, value in values.items() if value}


def config_map(settings: Settings) -> Object:
    """The ConfigMap."""
    metadata = {"name": CONFIG, "labels": labels(CONFIG, "configuration", settings)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": configuration(settings)}


def digest(settings: Settings) -> str:
    """Changes with the configuration; on a pod template it restarts what was configured otherwise."""
    return hashlib.sha256(repr(sorted(configuration(settings).items())).encode()).hexdigest()[:12]


def _need(name: str) -> str:
    return "storage" if name.startswith("AWS_") else SETTINGS[name].need


def names(needs: Iterable[str], settings: Settings) -> list[str]:
    """The settings that these needs call for, and those that everything may have."""
    wanted, configured = set(needs), configuration(settings)
    return [
        name
        for name in [*SETTINGS, *_AMAZON]
        if (_need(name) in wanted and (name in configured or name != "AWS_ENDPOINT_URL"))
        or (not _need(name) and name in configured)
    ]


def variable(name: str, settings: Settings) -> Object:
    """One environment variable: from the ConfigMap if that has it, else from the Secret."""
    if name in configuration(settings):
        return {"name": name, "valueFrom": {"configMapKeyRef": {"name": CONFIG, "key": name}}}
    reference = {"name": settings.secret, "key": name, **({"optional": True} if name in _OPTIONAL else {})}
    return {"name": name, "valueFrom": {"secretKeyRef": reference}}


def environment(needs: Sequence[str], settings: Settings) -> list[Object]:
    """The environment of something with these needs, and nothing else."""
    return [variable(name, settings) for name in names(needs, settings)]
