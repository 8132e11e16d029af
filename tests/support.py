"""What tests share: waiting, and a client of the gateway."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2 as httpx

T = TypeVar("T")

GRADIENT = "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, 0.5 + 0.5 * sin(iTime + %s), 1.0); }"


def gradient(seed: float = 0.0) -> str:
    """A light shader that moves; another picture for every seed."""
    return GRADIENT % float(seed)


def until(found: Callable[[], T], what: str, seconds: float = 30.0, pause: float = 0.05) -> T:
    """Waits for a truthy answer and returns it; fails with `what` when it does not come."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(pause)
    return answer


@dataclass
class Api:
    """JSON over HTTP, signed in once `register` was called."""

    base: str
    http: httpx.Client = field(init=False)
    username: str = ""

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.base, timeout=60, trust_env=False)

    def register(self, username: str) -> "Api":
        """A new account."""
        account = {"username": username, "email": f"{username}@example.org", "password": "correct horse battery"}
        answer = self.http.post("/api/v1/auth/register", json=account)
        for _ in range(3):
            # 429: the gateway lets one address sign in ten times a second. 503: Postgres has just been restarted.
            if answer.status_code not in (429, 503):
                break
            time.sleep(float(answer.headers["Retry-After"]))
            answer = self.http.post("/api/v1/auth/register", json=account)
        assert answer.status_code == 201, answer.text
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self.username = username
        return self

    def publish(self, source: str | dict[str, Any], title: str = "A test", **more: Any) -> dict[str, Any]:
        """A published shader, of code or of a whole project."""
        kind = "code" if isinstance(source, str) else "project"
        answer = self.http.post("/api/v1/shaders", json={"title": title, kind: source, "status": "published", **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def render(self, render: str) -> dict[str, Any]:
        """A render as it stands."""
        answer = self.http.get(f"/api/v1/renders/{render}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def wait_render(self, render: str, seconds: float = 30.0, *, settled: bool = False) -> dict[str, Any]:
        """A render once it is ready or failed, or once nothing more comes of it."""

        def done() -> dict[str, Any] | None:
            document = self.render(render)
            ended = document["status"] in ("ready", "failed")
            over = document["status"] == "failed" or document["preview"] != "pending"
            return document if ended and (over or not settled) else None

        return until(done, f"render {render} ends", seconds)

    def close(self) -> None:
        """Closes connections."""
        self.http.close()
