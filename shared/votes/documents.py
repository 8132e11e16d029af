"""Votes as clients see them."""

from marshmallow import fields

from shared.shaders.documents import VoteCounts


class Votes(VoteCounts):
    """Votes after one's own."""

    my_vote = fields.Integer(required=True)
