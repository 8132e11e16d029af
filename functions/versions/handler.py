"""A shader's versions: every save, never changed."""

from typing import Any
from uuid import UUID

from shared.http.resource import Call, Resource, operation
from shared.lists import Page
from shared.shaders import operations as shaders
from shared.versions import documents
from shared.versions import operations as versions


class Versions(Resource):
    """All of a shader's versions."""

    @operation(auth="optional", query=Page, returns=documents.VersionList)
    def on_get(self, call: Call, shader: UUID) -> Any:
        """List a shader's versions, newest first."""
        return versions.list_of_shader(call, shader, shaders.visible(call, shader), call.query)


class Version(Resource):
    """One version."""

    @operation(auth="optional", returns=documents.Version)
    def on_get(self, call: Call, shader: UUID, n: int) -> Any:
        """Read a version with its project."""
        return versions.read(call, shader, shaders.visible(call, shader), n)


routes = {"/api/v1/shaders/{shader}/versions": Versions, "/api/v1/shaders/{shader}/versions/{n}": Version}
