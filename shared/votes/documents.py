"""Votes as clients see them."""

from marshmallow import fields, validate

from shared.shaders.documents import VoteCounts


class Votes(VoteCounts):
    """Votes after one's own."""

    my_vote = fields.Integer(required=True, validate=validate.OneOf([1, 0, -1]))
