"""Metrics for Prometheus: the one module that knows its client library. docs/metrics.md lists what is exported.

A metric is declared in the module that counts it, so that a process exports what its own code can count and no more.
One process a function; there is nothing to merge.
"""

from prometheus_client import (
    REGISTRY,
    Counter,
    Gauge,
    Histogram,
    Info,
    MetricsHandler,
    disable_created_metrics,
    make_asgi_app,
    make_wsgi_app,
)
from prometheus_client.core import GaugeMetricFamily as Family
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.registry import CollectorRegistry

from shared.settings import VERSION

__all__ = [
    "CONTENT_TYPE",
    "NO_ROUTE",
    "REGISTRY",
    "CollectorRegistry",
    "Counter",
    "Family",
    "Gauge",
    "Histogram",
    "Info",
    "MetricsHandler",
    "Requests",
    "announce",
    "asgi_app",
    "wsgi_app",
]

NO_ROUTE = "none"
"""The route of a request that no path template fits: raw paths are without number, and so is what they cost to keep."""
_METHODS = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))

disable_created_metrics()  # a second series for each, which nobody asks for

wsgi_app = make_wsgi_app(REGISTRY)
"""Answers GET with every metric of this process; the client library's own application, as the next."""
asgi_app = make_asgi_app(REGISTRY)

_BUILD = Gauge("fractafrag_build_info", "1 for the version of the code that runs.", ["function", "version"])
_REQUESTS = Counter(
    "fractafrag_requests", "Requests answered, by path template and status.", ["function", "method", "route", "status"]
)
_SECONDS = Histogram(
    "fractafrag_request_seconds",
    "Seconds from a request's head to the end of its answer.",
    ["function", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
_IN_PROGRESS = Gauge("fractafrag_requests_in_progress", "Requests being answered.", ["function"])


class Requests:
    """Counts one function's requests. Each set of labels is looked up once, so a request costs a few microseconds."""

    def __init__(self, function: str):
        self._function = function
        self._in_progress = _IN_PROGRESS.labels(function)
        self._known: dict[tuple[str, str | None, int], tuple[Counter, Histogram]] = {}

    def begin(self) -> None:
        """A request has come; `end` follows, whatever becomes of it."""
        self._in_progress.inc()

    def end(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """It was answered. route: the path template, None when there is none."""
        self._in_progress.dec()
        key = (method if method in _METHODS else "other", route, status)
        counter, histogram = self._known.get(key) or self._series(key)
        counter.inc()
        histogram.observe(seconds)

    def _series(self, key: tuple[str, str | None, int]) -> tuple[Counter, Histogram]:
        method, route, status = key
        route = route or NO_ROUTE
        found = (
            _REQUESTS.labels(self._function, method, route, str(status)),
            _SECONDS.labels(self._function, route),
        )
        self._known[key] = found
        return found


def announce(function: str) -> None:
    """Says which function and version this process is."""
    _BUILD.labels(function, VERSION).set(1)
