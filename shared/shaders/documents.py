"""Shaders as clients see them."""

from marshmallow import Schema, fields, validate

from shared import lists
from shared.project.schema import Origin, Project
from shared.renders.documents import Render


class Author(Schema):
    """Who made a shader."""

    username = fields.String(required=True)


class VoteCounts(Schema):
    """Votes on a shader."""

    up = fields.Integer(required=True)
    down = fields.Integer(required=True)


class Publication(Schema):
    """What became of the wish to publish a version: it waits for its picture, or why it cannot be shown."""

    status = fields.String(required=True, validate=validate.OneOf(["waiting", "refused"]))
    version = fields.Integer(required=True)
    reason = fields.String(metadata={"description": "compile_error, too_heavy, deadline, blank, template, ..."})
    detail = fields.String(allow_none=True, metadata={"description": "the reason as a sentence"})


class ShaderCard(Schema):
    """A shader as lists show it."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    tags = fields.List(fields.String(), required=True)
    license = fields.String(required=True, metadata={"description": "SPDX id"})
    status = fields.String(required=True, validate=validate.OneOf(["draft", "published", "archived"]))
    version = fields.Integer(required=True)
    author = fields.Nested(Author, required=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)
    published_at = fields.DateTime(required=True, allow_none=True)
    score = fields.Float(required=True)
    votes = fields.Nested(VoteCounts, required=True)
    forked_from = fields.UUID(required=True, allow_none=True)
    render = fields.Nested(Render, required=True, allow_none=True)
    publication = fields.Nested(
        Publication,
        allow_none=True,
        metadata={"description": "for its author: null where no version waits to become public or failed to"},
    )


class Shader(ShaderCard):
    """A shader with its project."""

    project = fields.Nested(Project, required=True)
    revision = fields.Integer(
        required=True, metadata={"description": "counts saves; in quotes it is the ETag, for If-Match"}
    )
    credits = fields.String(required=True, metadata={"description": "whom its author thanks"})
    origin = fields.Nested(
        Origin, required=True, allow_none=True, metadata={"description": "where it was imported from"}
    )
    my_vote = fields.Integer(validate=validate.OneOf([1, 0, -1]), metadata={"description": "when signed in"})


class ShaderList(lists.List):
    """A page of shaders."""

    items = fields.List(fields.Nested(ShaderCard), required=True)
