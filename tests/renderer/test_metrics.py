"""What the renderer counts and logs."""

import json
import re
from typing import Any
from urllib.request import Request, urlopen

from tests.renderer.rendering import BRIEF, GOOD, HEAVY, POSTER, SMALL, Service, image, project, until


def exported(service: Service) -> dict[str, float]:
    """Series -> value."""
    with service.open("/metrics") as response:
        text = response.read().decode()
    return {
        name: float(value) for name, value in re.findall(r"^(fractafrag\S*?(?:\{.*\})?) (\S+)$", text, re.MULTILINE)
    }


def logged(service: Service) -> list[dict[str, Any]]:
    """Its log, which is one object a line from the first on."""
    return [json.loads(line) for line in service.log.read_text().splitlines()]


def attempts(service: Service, outcome: str) -> float:
    return exported(service).get(f'fractafrag_render_attempts_total{{outcome="{outcome}"}}', 0)


def test_attempts_and_kills_are_counted(strict_service: Service) -> None:
    before = exported(strict_service)
    strict_service.render(GOOD, SMALL)
    strict_service.render(HEAVY, BRIEF)
    strict_service.render(image("c = nonsense;"), SMALL)
    strict_service.render(project("// " + "x" * 600_000), SMALL)
    after = exported(strict_service)
    for outcome in ("done", "deadline", "compile_error", "refused"):
        name = f'fractafrag_render_attempts_total{{outcome="{outcome}"}}'
        assert after[name] - before.get(name, 0) == 1, outcome
    kills = "fractafrag_deadline_kills_total"
    assert after[kills] - before[kills] == 1
    requests = 'fractafrag_requests_total{function="renderer",method="POST",route="/render",status="200"}'
    assert after[requests] - before.get(requests, 0) == 4


def test_who_leaves_is_counted(service: Service) -> None:
    before = attempts(service, "abandoned")
    first = {**POSTER, "width": 16, "height": 16, "time": 0.0, "name": "first"}
    stream = service.stream(HEAVY, {"stills": [first, POSTER], "clip": None})
    next(stream)
    next(stream)
    assert exported(service)['fractafrag_browsers{state="busy"}'] == 1
    stream.close()
    until(lambda: attempts(service, "abandoned") == before + 1, 5, "it is counted")
    until(lambda: exported(service)['fractafrag_browsers{state="busy"}'] == 0, 5, "nobody is busy")
    assert exported(service)["fractafrag_browsers_awaited"] == 0


def test_it_says_what_draws(service: Service) -> None:
    (name,) = [name for name in exported(service) if name.startswith("fractafrag_renderer_info{")]
    health = service.health()
    for label in ("backend", "webgl", "version", "chromium", "sandbox"):
        assert f'{label}="{health[label]}"' in name


def test_a_request_keeps_its_id_in_the_log(service: Service) -> None:
    body = json.dumps({"project": GOOD, "plan": SMALL}).encode()
    headers = {"X-Request-Id": "feedfacefeedface", "Content-Type": "application/json"}
    with urlopen(Request(f"http://127.0.0.1:{service.port}/render", body, headers), timeout=30) as response:
        assert response.headers["X-Request-Id"] == "feedfacefeedface"
        response.read()

    def mine() -> list[dict[str, Any]]:
        return [line for line in logged(service) if line.get("request") == "feedfacefeedface"]

    until(lambda: len(mine()) == 2, 5, "both lines")
    drawn, request = mine()
    assert (drawn["event"], drawn["status"], request["event"], request["status"]) == (
        "rendered",
        "done",
        "request",
        200,
    )
    assert 0 < drawn["seconds"] <= request["seconds"] + 0.01
