"""Feeds: lists of published shaders, each in one order."""

from typing import Any
from uuid import UUID

from marshmallow import validate

from shared import fields
from shared.http.resource import Call, Resource, operation
from shared.lists import Page
from shared.shaders import documents
from shared.shaders import operations as shaders
from shared.validation import Schema


class Count(Schema):
    """How many."""

    limit = fields.Whole(load_default=12, validate=validate.Range(1, 48))


class New(Resource):
    """The newest first."""

    @operation(query=Page, returns=documents.ShaderList)
    def on_get(self, call: Call) -> Any:
        """List shaders, newest first."""
        return shaders.list_published(call, {**call.query, "sort": "new"})


class Trending(Resource):
    """By votes, halved every two days."""

    @operation(query=Page, returns=documents.ShaderList)
    def on_get(self, call: Call) -> Any:
        """List shaders by recent votes."""
        return shaders.list_published(call, {**call.query, "sort": "trending"})


class Similar(Resource):
    """By looks."""

    @operation(auth="optional", query=Count, returns=documents.ShaderList)
    def on_get(self, call: Call, shader: UUID) -> Any:
        """List the shaders whose pictures look most like this one's."""
        return shaders.similar(call, shader, call.query["limit"])


routes = {
    "/api/v1/feed/new": New,
    "/api/v1/feed/trending": Trending,
    "/api/v1/feed/similar/{shader}": Similar,
}
