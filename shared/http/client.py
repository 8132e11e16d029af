"""Who sent a request, as far as the network knows."""

import falcon


def client_address(req: falcon.Request) -> str:
    """The client's address, which the gateway puts into X-Forwarded-For; without one, the connection's."""
    return (req.get_header("X-Forwarded-For") or req.remote_addr or "").rpartition(",")[2].strip()
