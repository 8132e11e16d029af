"""Errors that a client is told: RFC 9457 problem details. Each class's docstring is its title."""

from collections.abc import Sequence
from typing import Any

import orjson

MAX_ERRORS = 20
"""Field errors in one answer."""
MAX_ERRORS_SIZE = 2800
"""Bytes that they take; with the rest an answer stays below 4 kB."""
MAX_DETAIL = 600
"""Characters of a detail."""


class Problem(Exception):
    """Internal server error."""

    status = 500
    kind = "about:blank"

    def __init__(self, detail: str = "", *, errors: Sequence[dict[str, Any]] = (), retry_after: int | None = None):
        super().__init__(detail)
        self.detail = detail if len(detail) <= MAX_DETAIL else f"{detail[:MAX_DETAIL]}…"
        self.errors = _first(errors)
        self.retry_after = retry_after

    def document(self) -> dict[str, Any]:
        """The problem as `{type, title, status, detail?, errors?}`."""
        title = (type(self).__doc__ or "").strip().rstrip(".")
        problem: dict[str, Any] = {"type": self.kind, "title": title, "status": self.status}
        if self.detail:
            problem["detail"] = self.detail
        if self.errors:
            problem["errors"] = self.errors
        return problem


def _first(errors: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many errors as an answer has room for."""
    kept, size = list[dict[str, Any]](), 0
    for error in errors[:MAX_ERRORS]:
        size += len(orjson.dumps(error))
        if size > MAX_ERRORS_SIZE:
            break
        kept.append(error)
    return kept


class Invalid(Problem):
    """Invalid request."""

    status = 422


class Malformed(Problem):
    """Malformed request."""

    status = 400


class Unauthorized(Problem):
    """Unauthorized."""

    status = 401


class Forbidden(Problem):
    """Forbidden."""

    status = 403


class NotFound(Problem):
    """Not found."""

    status = 404


class Conflict(Problem):
    """Conflict."""

    status = 409


class Gone(Problem):
    """Gone."""

    status = 410


class Outdated(Problem):
    """Precondition failed."""

    status = 412


class TooLarge(Problem):
    """Content too large."""

    status = 413


class UnsupportedMediaType(Problem):
    """Unsupported media type."""

    status = 415


class TooMany(Problem):
    """Too many requests."""

    status = 429


class Unavailable(Problem):
    """Service unavailable."""

    status = 503

    def __init__(self, detail: str = "Try again in a few seconds.", *, retry_after: int = 2):
        super().__init__(detail, retry_after=retry_after)
