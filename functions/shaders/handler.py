"""Shaders: the collection, one's own, and one."""

from typing import Any
from uuid import UUID

import falcon

from shared.errors import Forbidden, Gone, NotFound
from shared.http.resource import Call, Resource, operation
from shared.lists import Page
from shared.shaders import documents
from shared.shaders import operations as shaders
from shared.shaders.schema import Changes, Listing, NewShader


class Shaders(Resource):
    """The collection."""

    @operation(auth="optional", query=Listing, returns=documents.ShaderList)
    def on_get(self, call: Call) -> Any:
        """List published shaders."""
        return shaders.list_published(call, call.query)

    @operation(auth="write", body=NewShader, returns=documents.Shader, status=201)
    def on_post(self, call: Call) -> Any:
        """Create a shader; its poster and preview follow by themselves, and it is public, if you wish so, from then on."""
        shader = shaders.create(call, call.body)
        call.location = f"/api/v1/shaders/{shader}"
        return _tagged(call, shader)

    def answer_again(self, call: Call, created: UUID) -> Any:
        """The shader as it is now."""
        return _tagged(call, created)


class Mine(Resource):
    """One's own, drafts too."""

    @operation(auth="read", query=Page, returns=documents.ShaderList)
    def on_get(self, call: Call) -> Any:
        """List your own shaders, drafts and archived ones too."""
        return shaders.list_own(call, call.query)


class Shader(Resource):
    """One shader."""

    @operation(auth="optional", returns=documents.Shader)
    def on_get(self, call: Call, shader: UUID) -> Any:
        """Read a shader with its project; the ETag names what was saved last."""
        return _tagged(call, shader)

    @operation(auth="write", body=Changes, returns=documents.Shader, conditional=True)
    def on_put(self, call: Call, shader: UUID) -> Any:
        """Save changes; another project makes a new version and new pictures. Of a public shader it is seen once drawn."""
        shaders.save(call, shader, call.body, call.if_match)
        return _tagged(call, shader)

    @operation(auth="write", status=204, conditional=True)
    def on_delete(self, call: Call, shader: UUID) -> None:
        """Delete a shader, its versions and its pictures; forks of it stay."""
        shaders.delete(call, shader, call.if_match)


def _tagged(call: Call, shader: UUID) -> Any:
    document = shaders.read(call, shader)
    call.revision = document["revision"]
    return document


class Fork(Resource):
    """A copy to change."""

    @operation(auth="write", returns=documents.Shader, status=201)
    def on_post(self, call: Call, shader: UUID) -> Any:
        """Fork a shader into a draft of your own, with its lineage and licence."""
        fork = shaders.fork(call, shader)
        call.location = f"/api/v1/shaders/{fork}"
        return _tagged(call, fork)

    def answer_again(self, call: Call, created: UUID) -> Any:
        """The fork as it is now."""
        return _tagged(call, created)


class PageStatus(Resource):
    """What the gateway asks before it serves a shader's page, so that a page of nothing is a 404."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, shader: str) -> None:
        """204 where everybody may see the shader, 403 elsewhere."""
        try:
            with self.services.request(req.context.request_id) as request:
                shaders.visible(request, UUID(shader))
            resp.status = 204
        except (Gone, NotFound, ValueError) as error:
            raise Forbidden("There is no such shader, or it is a draft.") from error


routes = {
    "/api/v1/shaders": Shaders,
    "/api/v1/shaders/mine": Mine,
    "/api/v1/shaders/{shader}": Shader,
    "/api/v1/shaders/{shader}/fork": Fork,
    "/pages/shaders/{shader}": PageStatus,
}
