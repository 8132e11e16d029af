"""Sends one job to the service over HTTP, and reads how it ended from the stream's `end` record."""

import hashlib
import http.client
import json
import time
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.error import HTTPError

from tests.renderer.rendering import POSTER, PREVIEW, Service

SIZE = {"width": 320, "height": 180}
PLAN = {"stills": [{**POSTER, **SIZE}], "clip": {**PREVIEW, **SIZE, "duration": 1.0}}
FAILURES = ("compile_error", "refused", "deadline", "too_heavy", "browser_lost")
MALFORMED = "malformed"
"""The service answers with a problem document: the body is no project at all, and never becomes a job."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ended. word: `done` or the typed reason; "" where there is none. Times in seconds.

    elapsed: the service's word for the attempt. sent, at: when it was asked for and when it had ended, by our own clock.
    outputs: SHA-256 by name.
    """

    word: str
    status: str = "failed"
    reason: str | None = None
    detail: str | None = None
    elapsed: float = 0.0
    sent: float = 0.0
    at: float = 0.0
    outputs: dict[str, str] = field(default_factory=dict[str, str])
    fit: Any = None


def render(service: Service, project: Any, fit: Any = None, owner: str = "") -> Ending:
    """Asks until there is room in the queue."""
    document = {"project": project, "plan": PLAN, "owner": owner} | ({} if fit is None else {"fit": fit})
    body = json.dumps(document).encode()
    while True:
        sent = time.monotonic()
        ending, pause = _try(service, body)
        if pause is None:
            return replace(ending, sent=sent, at=time.monotonic())
        time.sleep(pause)


def _try(service: Service, body: bytes) -> tuple[Ending, float | None]:
    """How it ended, and in how many seconds to ask again, if so."""
    try:
        return _ending(_read(service, body)), None
    except HTTPError as error:
        with error:
            again = float(error.headers.get("Retry-After") or 1) if error.code == 503 else None
            return _problem(error), again
    except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
        return Ending("", detail=f"no answer as agreed: {error!r}"), None


def _read(service: Service, body: bytes) -> list[dict[str, Any]]:
    records = list[dict[str, Any]]()
    with service.open("/render", body) as response:
        while line := response.readline():
            record = json.loads(line)
            records.append({**record, "data": response.read(record["size"])})
    return records


def _ending(records: list[dict[str, Any]]) -> Ending:
    end = records[-1] if records else {}
    if end.get("record") != "end":
        return Ending("", detail="the stream has no end record")
    said = {name: end[name] for name in ("status", "reason", "detail", "elapsed")}
    outputs = {record["name"]: _digest(record) for record in records if record["record"] == "output"}
    return Ending(_word(end, outputs), **said, outputs=outputs, fit=_fit(records))


def _digest(record: dict[str, Any]) -> str:
    """Of the bytes that came, not of those that are said to."""
    found = hashlib.sha256(record["data"]).hexdigest()
    return found if found == record["sha256"] else f"{found}, not {record['sha256']}"


def _word(end: dict[str, Any], outputs: dict[str, str]) -> str:
    if end["status"] == "done":
        return "done" if end["reason"] in (None, "too_heavy") and "poster" in outputs else ""
    return end["reason"] if end["status"] == "failed" and end["reason"] in FAILURES else ""


def _fit(records: list[dict[str, Any]]) -> Any:
    """The last word on what the plan came to; None from a service that says nothing of it."""
    return next((record["fit"] for record in reversed(records) if record["record"] == "fit"), None)


def _problem(error: HTTPError) -> Ending:
    problem = json.loads(error.read() or b"{}")
    typed = error.code in (400, 413) and error.headers.get("Content-Type") == "application/problem+json"
    detail = f"{error.code}: {problem.get('detail')}"
    return Ending(MALFORMED if typed else "", reason=MALFORMED, detail=detail)
