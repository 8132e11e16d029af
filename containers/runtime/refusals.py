"""What gunicorn refuses by itself, as problem details with a request id, like any other error; it would send HTML and plain text."""

from http import HTTPStatus
from typing import Any

import orjson
from gunicorn import util
from gunicorn.asgi.protocol import ASGIProtocol

from shared import log

logger = log.get_logger()


def install() -> None:
    """Replaces gunicorn's two ways to write an error: of its WSGI workers, and of its ASGI worker."""
    util.write_error = _write_error
    ASGIProtocol._send_error_response = _send_error_response  # type: ignore[method-assign]  # pyright: ignore[reportPrivateUsage]


def refusal(status: int, reason: str) -> bytes:
    """A whole response that closes the connection. reason: what gunicorn says, which may quote the request; it is logged."""
    request_id, title = log.request_id(None), HTTPStatus(status).phrase
    logger.warning("request refused", request=request_id, status=status, reason=reason[:200])
    detail = "The error is in the log under this X-Request-Id." if status >= 500 else _DETAILS.get(status, title)
    body = orjson.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail})
    head = [
        f"HTTP/1.1 {status} {title}",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        f"X-Request-Id: {request_id}",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


_DETAILS = {
    400: "The request line or a header is malformed.",
    414: "The address is too long.",
    431: "There are too many headers, or one is too long.",
    501: "This transfer encoding is not supported; send a body with Content-Length, or chunked.",
}


def _write_error(sock: Any, status_int: int, reason: str, mesg: str) -> None:
    util.write_nonblock(sock, refusal(status_int, mesg or reason))


def _send_error_response(self: Any, status: int, message: str, extra_headers: Any = ()) -> None:
    del extra_headers
    self._safe_write(refusal(status, message))
