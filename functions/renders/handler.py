"""Renders: status, ad hoc pictures, and the pictures themselves where the gateway does not serve them from a volume."""

import threading
import time
from typing import Any
from uuid import UUID

import falcon

from functions.renders.schema import Wait
from shared.http.client import has_left
from shared.http.resource import Call, Resource, operation
from shared.lists import Page
from shared.renders import documents
from shared.renders import operations as renders
from shared.renders.schema import NewCapture, NewRender
from shared.shaders import operations as shaders
from shared.stores.storage import CACHE_CONTROL, content_type

_POLL = (0.05, 0.5)
"""Seconds between reads of a render that a request waits for: at first, and in the end."""
_WAITERS = threading.BoundedSemaphore(8)
"""Requests that may wait at a time: each holds a thread, and the other threads stay free."""


class Renders(Resource):
    """Pictures on request."""

    @operation(
        auth="optional",
        body=NewRender,
        query=Wait,
        returns=documents.Render,
        status=201,
        creates="render",
        also=(202,),
    )
    def on_post(self, call: Call) -> Any:
        """Render a shader without saving it. With ?wait=SECONDS the answer comes when it is done, else 202."""
        render = renders.queue_ad_hoc(call, call.body)
        call.location = f"/api/v1/renders/{render}"
        call.replace_answer(lambda _: self._wait(call, render))
        return renders.read(call, render)

    def answer_again(self, call: Call, created: UUID) -> Any:
        """A retry waits as the first request did."""
        call.replace_answer(lambda _: self._wait(call, created))
        return renders.read(call, created)

    def _wait(self, call: Call, render: UUID) -> Any:
        """The render once it is done or the time is up; 202 where it is not done, or too many wait already."""
        if not call.query["wait"]:
            return None
        if not _WAITERS.acquire(blocking=False):
            call.resp.status = 202
            return None
        try:
            document = self._poll(call, render, time.monotonic() + call.query["wait"])
        finally:
            _WAITERS.release()
        call.resp.status = 201 if renders.is_done(document) else 202
        return document

    def _poll(self, call: Call, render: UUID, until: float) -> dict[str, Any]:
        pause, longest = _POLL
        # With a key of its own the client may come again and ask for the same render.
        once = call.req.get_header("Idempotency-Key") is None
        while True:
            with self.services.request() as request:
                request.user = call.user
                if once and has_left(call.req):
                    renders.cancel(request, render)
                document = renders.read(request, render)
            left = until - time.monotonic()
            if renders.is_done(document) or left <= 0:
                return document
            time.sleep(min(pause, left))
            pause = min(pause * 1.2, longest)


class Render(Resource):
    """One render."""

    @operation(auth="optional", returns=documents.Render)
    def on_get(self, call: Call, render: UUID) -> Any:
        """Read a render's status and the addresses of its pictures."""
        return renders.read(call, render)


class ShaderRenders(Resource):
    """The renders of one shader."""

    @operation(auth="optional", query=Page, returns=documents.RenderList)
    def on_get(self, call: Call, shader: UUID) -> Any:
        """List the renders of a shader's versions, newest first."""
        return renders.list_of_shader(call, shader, shaders.visible(call, shader), call.query)

    @operation(auth="write", body=NewCapture, returns=documents.Render, status=201, creates="render", also=(409,))
    def on_post(self, call: Call, shader: UUID) -> Any:
        """Give your shader a picture from your browser, where it is too heavy for the server; it can be public with it."""
        version = shaders.wish_again(call, shader)
        render = renders.queue_capture(call, shader, version, call.body["picture"])
        shaders.check_bytes(call)
        call.location = f"/api/v1/renders/{render}"
        return renders.read(call, render)

    def answer_again(self, call: Call, created: UUID) -> Any:
        """The render as it is now."""
        return renders.read(call, created)


class Picture(Resource):
    """A stored picture, streamed; with a `renders` volume the gateway serves these without us."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, **path: str) -> None:
        """The bytes under the address that a render gave."""
        del req
        key = "/".join(path.values())
        try:
            resp.data = self.services.storage.get(key)
        except FileNotFoundError as error:
            raise falcon.HTTPNotFound from error
        resp.content_type = content_type(key)
        resp.set_header("Cache-Control", CACHE_CONTROL)


routes = {
    "/api/v1/renders": Renders,
    "/api/v1/renders/{render}": Render,
    "/api/v1/shaders/{shader}/renders": ShaderRenders,
    "/renders/{shard}/{content}/{file}": Picture,
}
