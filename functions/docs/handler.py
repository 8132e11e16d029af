"""The API's description: OpenAPI for programs, a page for people. Both are made beforehand from the handlers."""

from pathlib import Path

import falcon

from shared.http.resource import Resource

_FOLDER = Path(__file__).parent


class _File(Resource):
    name = ""
    type = ""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The file."""
        del req
        resp.data = (_FOLDER / self.name).read_bytes()
        resp.content_type = self.type
        resp.set_header("Cache-Control", "no-cache")


class Spec(_File):
    """OpenAPI 3.1."""

    name, type = "openapi.json", falcon.MEDIA_JSON


class Page(_File):
    """The page."""

    name, type = "page.html", falcon.MEDIA_HTML


routes = {"/api/v1/openapi.json": Spec, "/api/docs": Page}
