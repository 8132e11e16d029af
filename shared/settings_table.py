"""The table of settings: every environment variable that a process of this project reads, and who reads it.

shared/settings.py reads it for functions and for the renderer. From it containers/generate makes .env.example, the README's
table and the environments in compose.yaml; `make dev` and Kubernetes give each process what the table says it reads.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

Check = Callable[[str], str | None]
"""What is wrong with a value that is not empty, as the end of "NAME ..."; None if nothing is."""

FUNCTIONS, RENDERER, GATEWAY, CONTAINERS, LOCAL = "functions", "renderer", "gateway", "containers", "local"
"""Readers: http, asgi and worker functions and reconcile; the renderer; nginx; compose and `make up`; `make dev`."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable.

    readers: the processes that read it. need: the word of a manifest's `needs` that makes a function read it; "" for every
    function. required: whether these cannot start without it. secret: kept in .env or a Secret, never in a ConfigMap.
    example: the value in .env.example, where that is not the default.
    """

    help: str
    default: str = ""
    readers: tuple[str, ...] = (FUNCTIONS,)
    need: str = ""
    required: bool = False
    secret: bool = False
    check: Check | None = None
    example: str = ""


def _between(low: float, high: float, *, whole: bool = False, unit: str = "") -> Check:
    """A number from low to high."""

    def check(value: str) -> str | None:
        if not re.fullmatch(r"[+-]?\d+" if whole else r"[+-]?(\d+(\.\d*)?|\.\d+)", value):
            return "is not a whole number" if whole else "is not a number"
        return None if low <= float(value) <= high else f"is not between {low} and {high}{unit}"

    return check


def _one_of(*choices: str) -> Check:
    """One of these words."""
    return lambda value: None if value in choices else f"is {value!r}, which is not one of: {', '.join(choices)}"


def _matches(pattern: str, complaint: str) -> Check:
    """A text of this form."""
    return lambda value: None if re.fullmatch(pattern, value) else complaint


_STORES: dict[str, Setting] = {
    "STORAGE_URL": Setting(
        "where pictures are kept: file:///renders or s3://bucket/prefix",
        readers=(FUNCTIONS, GATEWAY, LOCAL),
        need="storage",
        required=True,
        check=_matches(r"(file:///|s3://).+", "does not look like file:///renders or s3://bucket/prefix"),
        example="file:///renders",
    ),
    "AWS_ACCESS_KEY_ID": Setting("S3's access key; a cloud may give an identity instead", need="storage", secret=True),
    "AWS_SECRET_ACCESS_KEY": Setting("the secret of the access key", need="storage", secret=True),
    "AWS_DEFAULT_REGION": Setting("S3's region", default="us-east-1", need="storage"),
    "AWS_ENDPOINT_URL": Setting("another S3 server than Amazon's", need="storage", example="https://s3.example.org"),
}
_FUNCTIONS: dict[str, Setting] = {
    "SECRET_KEY": Setting(
        "signs access tokens; at least 32 characters from a random source, which `make up` makes",
        need="postgres",
        required=True,
        secret=True,
        check=_matches(r"(?s).{32,}", "is shorter than 32 characters"),
    ),
    "PUBLIC_URL": Setting(
        "the address people use, as in the address bar; with https the refresh cookie is Secure",
        default="http://localhost",
        readers=(FUNCTIONS, LOCAL),
        need="postgres",
    ),
    "USER_SOURCE_MB": Setting(
        "megabytes of source that one account may keep, all versions of its shaders together, as Postgres stores them",
        default="256",
        need="postgres",
        check=_between(1, 1_000_000, whole=True),
    ),
    "MCP_ORIGINS": Setting(
        "origins of web pages that may call /mcp from a browser, by commas, such as https://agents.example.org",
        need="postgres",
        check=_matches(
            r"https?://[A-Za-z0-9.:\[\]-]+( *, *https?://[A-Za-z0-9.:\[\]-]+)*", "is no list of origins by commas"
        ),
    ),
    "LOG_LEVEL": Setting(
        "debug, info, warning or error",
        default="info",
        readers=(FUNCTIONS, RENDERER),
        check=lambda value: _one_of("debug", "info", "warning", "error")(value.lower()),
    ),
}
_RENDERER: dict[str, Setting] = {
    "MAX_RENDER_DURATION": Setting(
        "seconds that one render may take, and the longest clip",
        default="8",
        readers=(FUNCTIONS, RENDERER),
        check=_between(1, 60, unit=" seconds"),
    ),
    "RENDERER_BROWSERS": Setting(
        "renders that run at once, with a browser each; up to as many more browsers wait for their user's next render",
        default="2",
        readers=(RENDERER,),
        check=_between(1, 64, whole=True),
    ),
    "RENDERER_REUSE": Setting(
        "renders that a browser does for one user before it is ended; 1: a browser for every render",
        default="16",
        readers=(RENDERER,),
        check=_between(1, 1000, whole=True),
    ),
    "RENDERER_QUEUE": Setting(
        "renders that may wait for a browser before further ones are refused",
        default="16",
        readers=(RENDERER,),
        check=_between(0, 1000, whole=True),
    ),
    "RENDERER_BACKEND": Setting(
        "what draws: llvmpipe, swiftshader, gpu (the renderer's account must be allowed to open /dev/dri), or auto: "
        "llvmpipe, or SwiftShader where there is no Mesa; their pictures differ in a bit here and there",
        default="auto",
        readers=(RENDERER,),
        check=_one_of("auto", "llvmpipe", "swiftshader", "gpu"),
    ),
    "RENDERER_SANDBOX": Setting(
        "Chromium's sandbox: on, off, or auto (off, and logged, where the kernel does not allow it)",
        default="on",
        readers=(RENDERER,),
        check=_one_of("on", "off", "auto"),
    ),
}
_CONTAINERS: dict[str, Setting] = {
    "POSTGRES_PASSWORD": Setting(
        "the database's password, which becomes part of DATABASE_URL; `make up` makes it",
        readers=(CONTAINERS,),
        required=True,
        secret=True,
    ),
    "HTTP_PORT": Setting("the port of this machine that the gateway gets", default="80", readers=(CONTAINERS,)),
    "TRUSTED_PROXIES": Setting(
        "proxies in front whose X-Forwarded-For and -Proto are believed: addresses, networks, and the word cloudflare; "
        "a proxy on the Docker host itself comes from the network's gateway, such as 172.18.0.1",
        readers=(GATEWAY, LOCAL),
        example="cloudflare 10.0.0.9",
    ),
    "COMPACT": Setting("1 runs all HTTP functions in one container", default="0", readers=(CONTAINERS,)),
    "WAL_ARCHIVE": Setting("1 archives every change of the database", default="0", readers=(CONTAINERS,)),
    "STARTERS": Setting("0 leaves the starter shaders out", default="1", readers=(CONTAINERS, LOCAL)),
    "COMPOSE_PROFILES": Setting(
        "optional services: s3 (an S3 server of one's own), metrics (Prometheus and Grafana)",
        readers=(CONTAINERS,),
        example="s3,metrics",
    ),
    "GRAFANA_PASSWORD": Setting(
        "Grafana's password, with the profile metrics; `make up` makes it", readers=(CONTAINERS,), secret=True
    ),
    "STORAGE_INTERNAL": Setting(
        "false where the bucket is outside of this machine, so that functions may reach it",
        default="true",
        readers=(CONTAINERS,),
    ),
    "TAG": Setting("the tag of the images that are built", default="latest", readers=(CONTAINERS,)),
    **{
        name: Setting(f"the image of {what}", default=default, readers=(CONTAINERS,))
        for name, what, default in (
            ("PYTHON_IMAGE", "Python that functions are built on", "python:3.12-slim"),
            ("POSTGRES_IMAGE", "Postgres with pgvector", "pgvector/pgvector:pg16"),
            ("REDIS_IMAGE", "Redis", "redis:7-alpine"),
            ("NGINX_IMAGE", "nginx that the gateway is built on", "nginx:alpine"),
            ("NODE_IMAGE", "Node.js that builds the site", "node:20-alpine"),
            ("DEBIAN_IMAGE", "Debian that the renderer is built on", "debian:trixie-slim"),
            ("S3_IMAGE", "the S3 server, with the profile s3", "versity/versitygw:latest"),
            ("PROMETHEUS_IMAGE", "Prometheus, with the profile metrics", "prom/prometheus:latest"),
            ("GRAFANA_IMAGE", "Grafana, with the profile metrics", "grafana/grafana:latest"),
        )
    },
    "CA_BUNDLE": Setting(
        "certificates of a registry mirror that images are built behind",
        default="/dev/null",
        readers=(CONTAINERS,),
        example="/etc/ssl/certs/ca-certificates.crt",
    ),
}
_CONTAINER_ITSELF: dict[str, Setting] = {
    "DATABASE_URL": Setting(
        "Postgres with pgvector",
        need="postgres",
        required=True,
        secret=True,
        example="postgresql://fracta:change-me@postgres:5432/fractafrag",
    ),
    "REDIS_URL": Setting(
        "Redis: job queues and caches, nothing that must not be lost",
        need="redis",
        required=True,
        secret=True,
        example="redis://redis:6379/0",
    ),
    "RENDERER_URL": Setting(
        "the renderer service",
        need="renderer",
        required=True,
        check=_matches(r"https?://.+", "does not look like http://renderer:3100"),
        example="http://renderer:3100",
    ),
    "METRICS_BIND": Setting(
        "where workers and reconcile serve /health and /metrics, as functions do on their own port: HOST:PORT, several with "
        "commas between; @HOST:PORT is the own address on the route to HOST; empty for nowhere",
        check=_matches(r"(.+:\d{1,5})", "does not look like HOST:PORT"),
        example="0.0.0.0:8000",
    ),
    "CHROMIUM_PATH": Setting(
        "the browser; empty looks for chromium-headless-shell, chromium, then Playwright's own", readers=(RENDERER,)
    ),
    "LISTEN": Setting("where the gateway listens: port or address:port", default="80", readers=(GATEWAY,)),
    "API_LISTEN": Setting("another port with the API but no pages, or off", default="off", readers=(GATEWAY,)),
    "STATUS_LISTEN": Setting("nginx's own /health and /status, or off", default="127.0.0.1:8081", readers=(GATEWAY,)),
    "SITE": Setting(
        "the pages: static, or vite (from the development server web:5173)", default="static", readers=(GATEWAY,)
    ),
    "SITE_ROOT": Setting("the folder of the built site", default="/site", readers=(GATEWAY,)),
    "RENDERS_ROOT": Setting("the folder of the renders volume", default="/renders", readers=(GATEWAY,)),
    "RESOLVER": Setting("DNS servers; those of /etc/resolv.conf when empty", readers=(GATEWAY,)),
    "FUNCTION_PORT": Setting("the port of functions", default="8000", readers=(GATEWAY,)),
    "FUNCTION_SUFFIX": Setting(
        "what follows functions' names in the DNS", readers=(GATEWAY,), example=".fractafrag.svc.cluster.local"
    ),
    "FUNCTION_HOST": Setting("the one host of all HTTP functions; empty: each function's own name", readers=(GATEWAY,)),
    "UPSTREAM_HOST": Setting(
        "the Host that HTTP functions are sent: client's, or function for their own name (Knative)",
        default="client",
        readers=(GATEWAY,),
    ),
    "WORKER_USER": Setting(
        "the account of nginx's workers where nginx starts as root; its package's own when empty", readers=(GATEWAY,)
    ),
    "OUT": Setting("where the gateway writes its configuration", default="/tmp/gateway", readers=(GATEWAY,)),  # noqa: S108
}
_LOCAL: dict[str, Setting] = {
    "PORT": Setting("the port of `make dev`", default="8080", readers=(LOCAL,)),
    "DATA_DIR": Setting("the folder of its data", default=".local", readers=(LOCAL,)),
}

SECTIONS: dict[str, dict[str, Setting]] = {
    "Functions": _FUNCTIONS,
    "Pictures": _STORES,
    "The renderer": _RENDERER,
    "Containers": _CONTAINERS,
    "Set on the container itself; .env does not reach these": _CONTAINER_ITSELF,
    "`make dev`, from its own environment, beside those above that it passes on": _LOCAL,
}
"""Title -> settings, as .env.example and the README list them."""
CONTAINER_ITSELF = _CONTAINER_ITSELF.keys()
"""The settings that .env does not reach: compose.yaml, an overlay or a cluster sets them."""
SETTINGS: dict[str, Setting] = {name: setting for section in SECTIONS.values() for name, setting in section.items()}


def read_by(reader: str, needs: frozenset[str] | None = None) -> list[str]:
    """The names of the settings that a process reads. needs: for functions, those of the manifest; None for all needs."""
    return [
        name
        for name, setting in SETTINGS.items()
        if reader in setting.readers
        and (reader != FUNCTIONS or needs is None or not setting.need or setting.need in needs)
    ]
