"""Votes: one a person and shader, to be changed or taken back."""

from typing import Any
from uuid import UUID

from shared.http.resource import Call, Resource, operation
from shared.votes import documents
from shared.votes import operations as votes
from shared.votes.schema import NewVote


class Vote(Resource):
    """One's own vote on a shader."""

    @operation(auth="write", body=NewVote, returns=documents.Votes)
    def on_post(self, call: Call, shader: UUID) -> Any:
        """Vote a shader up or down; a second vote replaces the first."""
        return votes.vote(call, shader, call.body["value"])

    @operation(auth="write", returns=documents.Votes)
    def on_delete(self, call: Call, shader: UUID) -> Any:
        """Take your vote back."""
        return votes.vote(call, shader, 0)


routes = {"/api/v1/shaders/{shader}/vote": Vote}
