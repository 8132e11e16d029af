"""The environment of each pod: settings of shared/settings_table.py from a ConfigMap, secrets from a Secret made by hand."""

import hashlib
from collections.abc import Iterable, Sequence

from containers.kubernetes.objects import CONFIG, Object, labels
from containers.kubernetes.settings import Settings
from shared.settings_table import FUNCTIONS, RENDERER, SETTINGS, read_by


def configuration(settings: Settings) -> dict[str, str]:
    """What the ConfigMap holds: the settings of functions and of the renderer, but for secrets and for empty ones."""
    readers = [*read_by(FUNCTIONS), *read_by(RENDERER)]
    found = {name: str(getattr(settings, name.lower(), SETTINGS[name].default)) for name in readers}
    found |= {
        "RENDERER_URL": "http://renderer:3100",
        "AWS_DEFAULT_REGION": settings.s3_region,
        "AWS_ENDPOINT_URL": settings.s3_endpoint,
        **dict(settings.others),
    }
    return {name: value for name, value in found.items() if value and not SETTINGS[name].secret}


def config_map(settings: Settings) -> Object:
    """The ConfigMap."""
    metadata = {"name": CONFIG, "labels": labels(CONFIG, "configuration", settings)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": configuration(settings)}


def digest(settings: Settings) -> str:
    """A hash of the ConfigMap. As an annotation of a pod template it restarts the pods when the configuration changes."""
    return hashlib.sha256(repr(sorted(configuration(settings).items())).encode()).hexdigest()[:12]


def _known(names: Iterable[str], settings: Settings) -> list[str]:
    """Those of some settings that the ConfigMap or the Secret has."""
    configured = configuration(settings)
    return [name for name in names if name in configured or SETTINGS[name].secret]


def variable(name: str, settings: Settings) -> Object:
    """One environment variable: from the ConfigMap if that has it, else from the Secret."""
    if name in configuration(settings):
        return {"name": name, "valueFrom": {"configMapKeyRef": {"name": CONFIG, "key": name}}}
    optional = {} if SETTINGS[name].required else {"optional": True}  # a cloud may give pods an identity for S3
    reference = {"name": settings.secret, "key": name, **optional}
    return {"name": name, "valueFrom": {"secretKeyRef": reference}}


def environment(needs: Sequence[str], settings: Settings) -> list[Object]:
    """The environment of a function with these needs, and nothing else."""
    return [variable(name, settings) for name in _known(read_by(FUNCTIONS, frozenset(needs)), settings)]


def renderer_environment(settings: Settings) -> list[Object]:
    """The environment of the renderer, which holds no secret."""
    return [variable(name, settings) for name in _known(read_by(RENDERER), settings)]
