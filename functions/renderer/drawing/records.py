"""The records of a render's stream: each is a line of JSON, a line feed, and `size` bytes."""

import hashlib
import json
from typing import Any

CONTENT_TYPE = "application/x-fractafrag-outputs"


def record(kind: str, data: bytes = b"", **header: Any) -> bytes:
    """One record; outputs carry the SHA-256 of their bytes."""
    document = {"record": kind, **header, "size": len(data)}
    if data:
        document["sha256"] = hashlib.sha256(data).hexdigest()
    return json.dumps(document, separators=(",", ":")).encode() + b"\n" + data


def end(
    status: str,
    elapsed: float,
    reason: str | None = None,
    detail: str | None = None,
    errors: list[dict[str, Any]] | None = None,
    possible: dict[str, Any] | None = None,
    stages: dict[str, list[float]] | None = None,
) -> bytes:
    """The last record; without one the stream broke off.

    possible: what would do of what is too heavy, see TooHeavy. stages: how long what took, see Stages.
    """
    about: dict[str, Any] = {
        "status": status,
        "reason": reason,
        "detail": detail,
        "errors": errors or [],
        "possible": possible,
        "stages": stages or {},
    }
    return record("end", b"", **about, elapsed=round(elapsed, 3))
