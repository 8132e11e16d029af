"""Shaders: the collection, one's own, and one."""

from typing import Any
from uuid import UUID

from shared import documents
from shared.http.resource import Call, Resource, operation
from shared.lists import Page
from shared.renders import operations as renders
from shared.shaders import operations as shaders
from shared.shaders.operations import Changes, Listing, NewShader, Saved


class _Saving(Resource):
    def _answer(self, call: Call, saved: Saved) -> dict[str, Any]:
        """The shader as saved; the bell rings once it is committed, and nothing is lost if it does not."""
        if saved.render:
            call.after_commit(lambda _: self._ring(saved.render))
        return shaders.read(call.connection, saved.id, call.user)

    def _ring(self, render: UUID | None) -> None:
        self.services.bell.ring(renders.QUEUE, render)


class Shaders(_Saving):
    """The collection."""

    @operation(auth="optional", query=Listing, returns=documents.ShaderList)
    def on_get(self, call: Call) -> Any:
        """List published shaders."""
        return shaders.list_published(call.connection, call.query)

    @operation(auth="write", body=NewShader, returns=documents.Shader, status=201)
    def on_post(self, call: Call) -> Any:
        """Create a shader; its poster and preview follow by themselves."""
        saved = shaders.create(call.connection, call.signed_in, call.body, call.request_id)
        call.location = f"/api/v1/shaders/{saved.id}"
        return self._answer(call, saved)


class Mine(Resource):
    """One's own, drafts too."""

    @operation(auth="read", query=Page, returns=documents.ShaderList)
    def on_get(self, call: Call) -> Any:
        """List your own shaders, drafts and archived ones too."""
        return shaders.list_mine(call.connection, call.signed_in, call.query.get("cursor"), call.query["limit"])


class Shader(_Saving):
    """One shader."""

    @operation(auth="optional", returns=documents.Shader)
    def on_get(self, call: Call, shader: UUID) -> Any:
        """Read a shader with its project."""
        return shaders.read(call.connection, shader, call.user)

    @operation(auth="write", body=Changes, returns=documents.Shader)
    def on_put(self, call: Call, shader: UUID) -> Any:
        """Save changes; another project makes a new version and new pictures."""
        return self._answer(call, shaders.save(call.connection, shader, call.signed_in, call.body, call.request_id))

    @operation(auth="write", status=204)
    def on_delete(self, call: Call, shader: UUID) -> None:
        """Delete a shader, its versions and its pictures; forks of it stay."""
        shaders.delete(call.connection, shader, call.signed_in)


class Fork(_Saving):
    """A copy to change."""

    @operation(auth="write", returns=documents.Shader, status=201)
    def on_post(self, call: Call, shader: UUID) -> Any:
        """Fork a shader into a draft of your own, with its lineage and licence."""
        saved = shaders.fork(call.connection, shader, call.signed_in, call.request_id)
        call.location = f"/api/v1/shaders/{saved.id}"
        return self._answer(call, saved)


routes = {
    "/api/v1/shaders": Shaders,
    "/api/v1/shaders/mine": Mine,
    "/api/v1/shaders/{shader}": Shader,
    "/api/v1/shaders/{shader}/fork": Fork,
}
