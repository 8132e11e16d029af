"""The flags of `make kubernetes`: what the cluster offers, and how this installation is configured."""

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from shared.settings import VERSION
from shared.settings_table import FUNCTIONS, RENDERER, SETTINGS, read_by

ANYWHERE = "0.0.0.0/0,::/0"
PRIVATE = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/8"
SERVERLESS = ("", "knative")


class SettingsError(Exception):
    """A setting is wrong; the text names it."""


def _setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


def _of_table(name: str) -> Any:
    """A setting of shared/settings_table.py."""
    return _setting(SETTINGS[name].default, SETTINGS[name].help)


def _flag(name: str) -> str:
    return name.lower().replace("_", "-")


_SETTABLE = {name for name in (*read_by(FUNCTIONS), *read_by(RENDERER)) if not SETTINGS[name].secret}
"""What pods may be given from the ConfigMap."""


_OWN_FLAGS = {
    "AWS_DEFAULT_REGION": "s3-region",
    "AWS_ENDPOINT_URL": "s3-endpoint",
    "RENDERER_SANDBOX": "renderer-seccomp",
}
"""Setting -> the flag that it follows from, where that has another name."""
_MADE = ("METRICS_BIND", "RENDERER_URL")
"""Settings that follow from the manifests."""


def _field_names() -> set[str]:
    return {item.name for item in fields(Settings) if item.metadata}


def _complaint(name: str, value: str) -> str | None:
    """What is wrong with a setting's value, as shared/settings_table.py has it."""
    if name not in SETTINGS or name not in {*read_by(FUNCTIONS), *read_by(RENDERER)}:
        return "is no setting of functions or of the renderer"
    if SETTINGS[name].secret:
        return "is a secret, which the Secret holds"
    check = SETTINGS[name].check
    return check(value) if check and value else None


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is a command line flag: public_url is --public-url. PEERS: CIDRs or namespace/NAME, comma-separated."""

    public_url: str = _setting("https://fractafrag.example.org", "the address people use; PUBLIC_URL")
    image_prefix: str = _setting("fractafrag", "registry and folder of the images")
    tag: str = _setting(VERSION, "tag of the images")
    secret: str = _setting("fractafrag", "the Secret with DATABASE_URL, REDIS_URL, SECRET_KEY, AWS_ACCESS_KEY_ID ...")
    storage_url: str = _setting("s3://fractafrag", "where pictures are kept: s3://bucket/prefix")
    s3_endpoint: str = _setting("", "another S3 server than Amazon's")
    s3_region: str = _of_table("AWS_DEFAULT_REGION")
    log_level: str = _of_table("LOG_LEVEL")
    max_render_duration: str = _of_table("MAX_RENDER_DURATION")
    renderer_browsers: str = _of_table("RENDERER_BROWSERS")
    renderer_queue: str = _of_table("RENDERER_QUEUE")
    renderer_backend: str = _of_table("RENDERER_BACKEND")
    starters: int = _setting(1, "whether the starter shaders are published, 0 or 1")
    replicas: int = _setting(2, "copies of the gateway, and at least so many of each http function")
    max_replicas: int = _setting(6, "copies of an http function at most")
    max_workers: int = _setting(8, "copies of a worker at most")
    ingress_class: str = _setting("", "ingressClassName; the cluster's default when empty")
    tls_secret: str = _setting("fractafrag-tls", "the Secret with the certificate, where the public address is https")
    postgres: str = _setting(f"{ANYWHERE}:5432", "where Postgres may be reached, PEERS:PORT")
    redis: str = _setting(f"{ANYWHERE}:6379", "where Redis may be reached, PEERS:PORT")
    storage: str = _setting(f"{ANYWHERE}:443", "where S3 may be reached, PEERS:PORT")
    cluster_domain: str = _setting("cluster.local", "the cluster's DNS domain")
    resolver: str = _setting("", "addresses of the DNS servers that the gateway asks; those of its pod when empty")
    trusted_proxies: str = _setting(PRIVATE, "CIDRs whose X-Forwarded-For the gateway believes")
    metrics_namespace: str = _setting("", "the namespace that may scrape /metrics; none when empty")
    renderer_cpu: str = _setting("2", "CPUs of one renderer, which works for two at a time")
    renderer_seccomp: str = _setting("fractafrag/renderer.json", "the renderer's profile on nodes; '': the runtime's")
    runtime_class: str = _setting("", "runtimeClassName of the renderer, such as gvisor")
    serverless: str = _setting("", "knative: http functions as Knative Services")
    others: tuple[tuple[str, str], ...] = ()
    """Further settings of functions or of the renderer, with values other than their defaults: (NAME, VALUE)."""
    knative_namespaces: str = _setting("knative-serving,kourier-system", "where Knative and its ingress live")

    def __post_init__(self) -> None:
        problems = self._problems()
        if problems:
            raise SettingsError("; ".join(problems))

    def _problems(self) -> list[str]:
        checks = {
            "--public-url should look like https://fractafrag.example.org": not self.host,
            "--storage-url should look like s3://bucket/prefix: pods share no folder": self.storage_url[:5] != "s3://",
            "--serverless is knative, or not there": self.serverless not in SERVERLESS,
            "--replicas is at least 1": self.replicas < 1,
        }
        return [*(text for text, wrong in checks.items() if wrong), *self._wrong_values()]

    def _wrong_values(self) -> list[str]:
        """What is wrong with the values that pods would be given, by the table's checks."""
        own = {f"--{_flag(name)}": (name, str(getattr(self, name.lower(), ""))) for name in _SETTABLE}
        wrong = [f"{flag} {text}" for flag, (name, value) in own.items() if (text := _complaint(name, value))]
        others = [f"--set {name} {text}" for name, value in self.others if (text := self._other_complaint(name, value))]
        return [*wrong, *others]

    def _other_complaint(self, name: str, value: str) -> str | None:
        """What is wrong with a setting that --set brings: those with a flag of their own do more than one variable."""
        flag = _OWN_FLAGS.get(name) or (_flag(name) if name.lower() in _field_names() else "")
        if flag:
            return f"is set by --{flag}"
        if name in _MADE:
            return "is set by these manifests themselves"
        return _complaint(name, value) or (None if value else "has no value: NAME=VALUE")

    @property
    def renderer_sandbox(self) -> str:
        """RENDERER_SANDBOX: on where nodes have the seccomp profile that Chromium's sandbox needs, else auto."""
        return "on" if self.renderer_seccomp else "auto"

    @property
    def host(self) -> str:
        """The public host name."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def https(self) -> bool:
        """Whether the public address is https."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def knative(self) -> bool:
        """Whether http functions are Knative Services."""
        return self.serverless == "knative"

    def image(self, name: str) -> str:
        """The image of a function or of the gateway."""
        return f"{self.image_prefix}/{name}:{self.tag}"


def _parser(defaults: dict[str, str]) -> ArgumentParser:
    parser = ArgumentParser(prog="python -m containers.kubernetes", description="Prints Kubernetes manifests.")
    for item in (item for item in fields(Settings) if item.metadata):
        value = defaults.get(item.name) or item.default
        text = f"{item.metadata['help']} (default: {value or 'none'})".replace("%", "%%")
        parser.add_argument(f"--{_flag(item.name)}", type=type(item.default), default=value, help=text)
    parser.add_argument("--host", default="", help="short for --public-url https://HOST")
    text = "another setting of .env.example for functions or the renderer; may be repeated"
    parser.add_argument("--set", dest="others", action="append", default=[], metavar="NAME=VALUE", help=text)
    return parser


def read_settings(arguments: Sequence[str], defaults: dict[str, str]) -> Settings:
    """The settings on a command line. defaults: field name -> value without a flag. Raises SettingsError, or exits."""
    values: dict[str, Any] = vars(_parser(defaults).parse_args(arguments))
    host = values.pop("host")
    if host:
        values["public_url"] = f"https://{host}"
    pairs = [text.partition("=")[::2] for text in values["others"]]
    values["others"] = tuple(pairs)
    return Settings(**values)
