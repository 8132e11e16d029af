"""Versions as clients see them."""

from marshmallow import Schema, fields

from shared import lists
from shared.project.schema import Project
from shared.renders.documents import Render


class VersionCard(Schema):
    """A version as lists show it."""

    n = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)
    render = fields.Nested(Render, required=True, allow_none=True)


class Version(VersionCard):
    """A version with its project."""

    project = fields.Nested(Project, required=True)


class VersionList(lists.List):
    """A page of versions."""

    items = fields.List(fields.Nested(VersionCard), required=True)
