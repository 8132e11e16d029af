"""GET /health: the stack can serve: this function runs and the database answers."""

from typing import Any

from shared.http import documents
from shared.http.resource import Call, Resource, operation
from shared.validation import Schema


class Anything(Schema):
    """Balancers add parameters of their own."""

    ignores_unknown = True


class Health(Resource):
    """The health check of the whole service, for load balancers."""

    @operation(query=Anything, returns=documents.Health)
    def on_get(self, call: Call) -> Any:
        """Whether the service can serve."""
        call.connection.execute("SELECT 1")
        return {"status": "ok"}


routes = {"/health": Health}
