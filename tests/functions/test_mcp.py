"""The MCP tools, asked by a real client in memory."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp.client import Client as McpClient

from functions.mcp import tools
from functions.mcp.app import create_server
from functions.mcp.tools import Tools
from shared.request import Services
from shared.settings import Config
from tests.functions.conftest import Client
from tests.functions.scripting import Make, attempt, good

CODE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(1); }"


@pytest.fixture
def ask(config: Config, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setattr(tools, "PATIENCE", 0.2)

    def run(work: Callable[[McpClient], Awaitable[Any]]) -> Any:
        async def inside() -> Any:
            async with McpClient(create_server(Tools(Services(config)))) as client:
                return await work(client)

        return asyncio.run(inside())

    return run


def test_the_tools(ask: Callable[..., Any]) -> None:
    listed = ask(lambda client: client.list_tools()).tools
    assert [tool.name for tool in listed] == ["browse_shaders", "get_shader", "render_shader", "submit_shader"]
    assert all(tool.description for tool in listed)


def test_browsing_and_getting(ask: Callable[..., Any], ann: Client) -> None:
    shader = ann.publish(title="Clouds", tags=["noise"])
    found = ask(lambda client: client.call_tool("browse_shaders", {"query": "cloud", "tags": ["noise"]}))
    assert [item["id"] for item in found.structured_content["items"]] == [shader["id"]]
    got = ask(lambda client: client.call_tool("get_shader", {"id": shader["id"]}))
    assert got.structured_content["project"] == shader["project"]


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("get_shader", {"id": "nonsense"}, "browse_shaders lists them"),
        ("get_shader", {"id": "00000000-0000-0000-0000-000000000000"}, "no such shader"),
        ("render_shader", {}, "code"),
        ("render_shader", {"code": CODE, "times": [2, 1]}, "rise"),
        ("browse_shaders", {"sort": "best"}, "sort"),
        ("submit_shader", {"title": "x", "code": CODE}, "API key"),
        ("render_shader", {"code": CODE, "time": [1]}, "time: Unknown argument. Did you mean times?"),
        ("render_shader", {"code": CODE, "zzz": 1}, "zzz: Unknown argument."),
        ("render_shader", {"code": CODE, "times": [1] * 17}, "times: List should have at most 16 items"),
        ("render_shader", {"code": CODE, "width": 1}, "width: Input should be greater than"),
        ("rendershader", {"code": CODE}, "Did you mean render_shader?"),
    ],
)
def test_what_is_wrong_is_said(ask: Callable[..., Any], tool: str, arguments: dict[str, Any], message: str) -> None:
    result = ask(lambda client: client.call_tool(tool, arguments))
    assert result.is_error
    assert message in result.content[0].text


def test_drafts_are_not_shown(ask: Callable[..., Any], ann: Client) -> None:
    draft = ann.create(status="draft")
    assert ask(lambda client: client.call_tool("get_shader", {"id": draft["id"]})).is_error


def test_an_unfinished_render_is_answered_as_it_stands(ask: Callable[..., Any]) -> None:
    result = ask(lambda client: client.call_tool("render_shader", {"code": CODE}))
    assert not result.is_error
    assert result.structured_content["status"] == "queued"


def test_a_missing_picture_leaves_the_rest_of_the_answer(ask: Callable[..., Any], ann: Client, make: Make) -> None:
    shader = ann.create()
    worker = make(good)
    attempt(worker, "")
    poster = ann.call("GET", f"/api/v1/renders/{shader['render']['id']}").json["poster_url"]
    get = lambda client: client.call_tool("get_shader", {"id": shader["id"]})  # noqa: E731
    assert [item.type for item in ask(get).content] == ["text", "image"]
    worker.services.storage.delete(poster.removeprefix("/renders/"))
    result = ask(get)
    assert not result.is_error
    assert [item.type for item in result.content] == ["text"]
