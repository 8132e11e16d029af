"""The client of a request: whether it still waits for the answer."""

import select
import socket

import falcon


def has_left(req: falcon.Request) -> bool:
    """Whether the connection was closed at the other end; the gateway closes it when its own client leaves.

    Only gunicorn's WSGI workers tell which connection it is; under any other server nobody ever leaves.
    """
    connection = req.env.get("gunicorn.socket")
    if not isinstance(connection, socket.socket):
        return False
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    try:
        return bool(poll.poll(0)) and connection.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True
