"""Errors that a client is told: RFC 9457 problem details. Each class's docstring is its title."""

from collections.abc import Sequence
from typing import Any


class Problem(Exception):
    """Internal server error."""

    status = 500
    kind = "about:blank"

    def __init__(self, detail: str = "", *, errors: Sequence[dict[str, Any]] = (), retry_after: int | None = None):
        super().__init__(detail)
        self.detail = detail
        self.errors = list(errors)
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


class TooMany(Problem):
    """Too many requests."""

    status = 429


class Unavailable(Problem):
    """Service unavailable."""

    status = 503

    def __init__(self, detail: str = "Try again in a few seconds.", *, retry_after: int = 2):
        super().__init__(detail, retry_after=retry_after)
