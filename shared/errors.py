"""Errors that a client is told: RFC 9457 problem details. Each class's docstring is its title."""

from collections.abc import Sequence
from typing import Any


class Problem(Exception):
    """The request could not be carried out."""

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
    """The request is not valid."""

    status = 422


class Malformed(Problem):
    """The request could not be read."""

    status = 400


class Unauthorized(Problem):
    """Sign in first."""

    status = 401


class Forbidden(Problem):
    """This is not yours to do."""

    status = 403


class NotFound(Problem):
    """There is no such thing here."""

    status = 404


class Conflict(Problem):
    """It collides with what is there."""

    status = 409


class TooLarge(Problem):
    """The request is too large."""

    status = 413


class TooMany(Problem):
    """Too many requests."""

    status = 429


class Unavailable(Problem):
    """A part of the service is away for a moment."""

    status = 503

    def __init__(self, detail: str = "Try again in a few seconds.", *, retry_after: int = 2):
        super().__init__(detail, retry_after=retry_after)
