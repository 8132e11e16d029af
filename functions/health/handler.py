"""GET /health: the stack can serve: this function runs and the database answers."""

from typing import Any

from shared import documents
from shared.web import Call, Resource, operation


class Health(Resource):
    """Asked by load balancers, and by people who wonder."""

    @operation(returns=documents.Health)
    def on_get(self, call: Call) -> Any:
        """Whether the service can serve."""
        call.connection.execute("SELECT 1")
        return {"status": "ok"}


routes = {"/health": Health}
