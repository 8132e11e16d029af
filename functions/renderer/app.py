"""The renderer's HTTP application: POST /render, GET /health, GET /metrics."""

import json
from typing import cast

import falcon
import falcon.asgi
from falcon.asgi import Request, Response

from functions.renderer.chromium.pool import Pool
from functions.renderer.glsl.reader_pool import ReaderPool
from functions.renderer.page.assets import load_site
from functions.renderer.service.health import Health
from functions.renderer.service.lifespan import Lifespan
from functions.renderer.service.renders import Renders
from functions.renderer.settings import Settings, read_settings
from shared.http.asgi import Application, observed
from shared.settings import Config, environ


def create_app(config: Config | None = None, settings: Settings | None = None) -> Application:
    """The ASGI application; its browsers start with its lifespan. Raises SettingsError.

    config: what every function gets; the renderer has settings of its own, read from the environment.
    """
    pool = Pool(settings or read_settings(environ()), load_site())
    readers = ReaderPool(pool.settings.browsers)
    app: falcon.asgi.App[Request, Response] = falcon.asgi.App(middleware=[Lifespan(pool, readers)])
    app.set_error_serializer(_write_problem)
    app.add_route("/health", Health(pool))
    app.add_route("/render", Renders(pool, readers))
    return observed(cast("Application", app), "renderer", ("/health", "/render"))


def _write_problem(req: Request, resp: Response, error: falcon.HTTPError) -> None:
    """Errors as problem documents (RFC 9457)."""
    document = {"type": "about:blank", "title": error.title, "status": error.status_code, "detail": error.description}
    resp.content_type = "application/problem+json"
    resp.data = json.dumps(document).encode()
