"""One request id from the gateway to the renderer, and logs that a program can read."""

import json
import secrets
from pathlib import Path
from typing import Any

from containers.local.stack import Stack
from containers.manifest import functions
from tests.e2e.test_agents import ask
from tests.support import Api, gradient, until

Line = dict[str, Any]


def fresh() -> str:
    """A shader that no finished render serves for."""
    return gradient(secrets.randbelow(10**9) / 1e3)


def whole_lines(path: Path) -> list[str]:
    """The lines of a log but for one that is being written."""
    return path.read_text().rpartition("\n")[0].splitlines()


def lines(stack: Stack, *names: str) -> list[Line]:
    """What these processes logged."""
    return [json.loads(line) for name in names for line in whole_lines(stack.folders.logs / f"{name}.log")]


def gateway_lines(stack: Stack) -> list[Line]:
    """The access log, which stands in one file with nginx's own errors."""
    found = whole_lines(stack.folders.logs / "gateway.log")
    return [json.loads(line) for line in found if line.startswith("{")]


def of(found: list[Line], event: str, **values: Any) -> list[Line]:
    """The lines of an event with these values."""
    wanted = {"event": event, **values}
    return [line for line in found if wanted.items() <= line.items()]


def wait_line(stack: Stack, function: str, event: str, **values: Any) -> Line:
    """The one such line of a function's processes, once it is there."""
    names = stack.of_function(function)
    (found,) = until(lambda: of(lines(stack, *names), event, **values), f"{function} logs {event!r}")
    return found


def test_a_published_shader_has_one_id_from_gateway_to_renderer(stack: Stack, api: Api) -> None:
    answer = api.http.post("/api/v1/shaders", json={"title": "One id", "code": fresh(), "status": "published"})
    request, render = answer.headers["X-Request-Id"], answer.json()["render"]["id"]
    api.wait_render(render, settled=True)
    (entry,) = [line for line in gateway_lines(stack) if line["request"] == request]
    assert (entry["method"], entry["path"], entry["status"]) == ("POST", "/api/v1/shaders", 201)
    assert wait_line(stack, "shaders", "request", request=request)["status"] == 201
    ended = wait_line(stack, "render", "render ended", request=request)
    assert (ended["render"], ended["outcome"], ended["preview"]) == (render, "ready", "ready")
    drawn = wait_line(stack, "renderer", "rendered", request=request)
    assert drawn["status"] == "done"
    assert 0 < drawn["seconds"] <= ended["seconds"]
    assert wait_line(stack, "renderer", "request", request=request)["path"] == "/render"
    looked = wait_line(stack, "describe", "picture looked at", request=request)
    assert (looked["render"], looked["outcome"]) == (render, "described")


def test_an_agents_render_has_one_id_too(stack: Stack) -> None:
    answer = ask(stack, "render_shader", {"code": fresh(), "width": 64, "height": 36})
    ended = wait_line(stack, "render", "render ended", render=answer.structured_content["id"])
    assert [line["path"] for line in gateway_lines(stack) if line["request"] == ended["request"]] == ["/mcp"]
    assert wait_line(stack, "mcp", "request", request=ended["request"])["path"] == "/mcp"
    assert wait_line(stack, "renderer", "rendered", request=ended["request"])["status"] == "done"


def test_every_line_is_one_object(stack: Stack, api: Api) -> None:
    api.wait_render(api.publish(fresh())["render"]["id"])
    for item in functions():
        for name in stack.of_function(item.name):
            found = lines(stack, name)
            assert found, name
            for line in found:
                assert line["function"] == item.name, line
                assert {"event", "level", "timestamp"} <= line.keys(), line
