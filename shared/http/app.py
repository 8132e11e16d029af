"""The Falcon application around handlers: request ids, the log, metrics, errors as problem details, /health, /metrics."""

import time
from typing import Any

import falcon
import orjson

from shared import log, metrics
from shared.errors import Problem
from shared.http.resource import Resource, Routes
from shared.request import Services
from shared.settings import Config

logger = log.get_logger()


class _Requests:
    """Gives every request an id, a line in the log, and its place in the metrics."""

    def __init__(self, function: str):
        self._metrics = metrics.Requests(function)

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        request_id = log.request_id(req.get_header("X-Request-Id"))
        req.context.request_id = request_id
        req.context.started = time.perf_counter()
        self._metrics.begin()
        log.bind(request=request_id)
        resp.set_header("X-Request-Id", request_id)
        resp.set_header("Cache-Control", "no-store")

    def process_response(self, req: falcon.Request, resp: falcon.Response, resource: object, succeeded: bool) -> None:
        del resource, succeeded
        if "started" not in req.context:  # Falcon refuses a few made-up methods before it asks us
            self.process_request(req, resp)
        seconds = time.perf_counter() - req.context.started
        self._metrics.end(req.method, req.uri_template, resp.status_code, seconds)
        if req.path not in log.QUIET:
            logger.info("request", method=req.method, path=req.path, status=resp.status_code, seconds=round(seconds, 4))
        log.unbind("request")


def _problem(req: falcon.Request, resp: falcon.Response, problem: Problem, params: dict[str, Any]) -> None:
    del req, params
    resp.status = problem.status
    resp.content_type = "application/problem+json"
    resp.data = orjson.dumps(problem.document())
    if problem.retry_after is not None:
        resp.set_header("Retry-After", str(problem.retry_after))
    if problem.status == 401:
        resp.set_header("WWW-Authenticate", "Bearer")


def _http_error(req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError, params: dict[str, Any]) -> None:
    del req, params
    problem = {"type": "about:blank", "title": error.title, "status": error.status_code}
    resp.status = error.status
    resp.content_type = "application/problem+json"
    resp.data = orjson.dumps(problem | ({"detail": error.description} if error.description else {}))
    resp.set_headers(error.headers or {})


def _unexpected(req: falcon.Request, resp: falcon.Response, error: Exception, params: dict[str, Any]) -> None:
    logger.error("request failed", method=req.method, path=req.path, exc_info=error)
    _problem(req, resp, Problem("The error is in the log under this X-Request-Id."), params)


class Metrics:
    """GET /metrics, for Prometheus. The gateway has no route to it."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Every metric of this process, from the client library's own application."""

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            resp.status = status
            resp.set_headers(headers)

        resp.data = b"".join(metrics.wsgi_app(req.env, start))


class Health:
    """GET /health, for the container's health check: this function answers."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200 {"status": "ok"}."""
        del req
        resp.media = {"status": "ok"}


def _with_head(resource: type[Resource]) -> type[Resource]:
    """HEAD is GET without the body, which Falcon leaves out."""
    if hasattr(resource, "on_get") and not hasattr(resource, "on_head"):
        resource.on_head = resource.on_get  # type: ignore[attr-defined]
    return resource


def create_app(routes: Routes, config: Config, function: str = "several") -> falcon.App[Any, Any]:
    """The application of one function, or of several: path templates to resource classes, /health and /metrics."""
    services = Services(config)
    app = falcon.App(middleware=[_Requests(function)])
    app.req_options.strip_url_path_trailing_slash = True
    app.req_options.auto_parse_qs_csv = False
    app.add_error_handler(Exception, _unexpected)
    app.add_error_handler(falcon.HTTPError, _http_error)
    app.add_error_handler(Problem, _problem)
    for template, resource in routes.items():
        app.add_route(template, _with_head(resource)(services))
    if "/health" not in routes:
        app.add_route("/health", Health())
    app.add_route("/metrics", Metrics())
    return app
