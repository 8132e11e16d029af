"""The Falcon application around handlers: request ids, the log, errors as problem details, /health."""

import time
import uuid
from typing import Any

import falcon
import orjson

from shared import log
from shared.config import Config
from shared.errors import Problem
from shared.web import Resource, Routes, Services

logger = log.get_logger()


class _Requests:
    """Gives every request an id and a line in the log."""

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        given = req.get_header("X-Request-Id") or ""
        request_id = given if 8 <= len(given) <= 64 and given.isascii() and given.isprintable() else uuid.uuid4().hex
        req.context.request_id = request_id
        req.context.started = time.perf_counter()
        log.bind(request=request_id)
        resp.set_header("X-Request-Id", request_id)
        resp.set_header("Cache-Control", "no-store")

    def process_response(self, req: falcon.Request, resp: falcon.Response, resource: object, succeeded: bool) -> None:
        del resource, succeeded
        if req.path != "/health":
            seconds = round(time.perf_counter() - req.context.started, 4)
            logger.info("request", method=req.method, path=req.path, status=resp.status_code, seconds=seconds)
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
    _problem(req, resp, Problem("Something broke on our side; the log has the rest under this X-Request-Id."), params)


class Health:
    """What the container's health check asks: this function answers."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200 {"status": "ok"}."""
        del req
        resp.media = {"status": "ok"}


def _with_head(resource: type[Resource]) -> type[Resource]:
    """HEAD is GET without the body, which Falcon leaves out."""
    if hasattr(resource, "on_get") and not hasattr(resource, "on_head"):
        resource.on_head = resource.on_get  # type: ignore[attr-defined]
    return resource


def create_app(routes: Routes, config: Config) -> falcon.App[Any, Any]:
    """The application of one function, or of several: path templates to resource classes, and /health."""
    services = Services(config)
    app = falcon.App(middleware=[_Requests()])
    app.req_options.strip_url_path_trailing_slash = True
    app.req_options.auto_parse_qs_csv = False
    app.add_error_handler(Exception, _unexpected)
    app.add_error_handler(falcon.HTTPError, _http_error)
    app.add_error_handler(Problem, _problem)
    for template, resource in routes.items():
        app.add_route(template, _with_head(resource)(services))
    if "/health" not in routes:
        app.add_route("/health", Health())
    return app
