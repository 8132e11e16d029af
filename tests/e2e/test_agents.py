"""An agent at the gateway's /mcp: a real MCP client over streamable HTTP that sees pictures."""

import asyncio
import base64
import io
import secrets
from typing import Any

import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from PIL import Image

from containers.local.stack import Stack
from tests.support import Api, gradient


def ask(stack: Stack, tool: str, arguments: dict[str, Any], key: str = "", **options: Any) -> Any:
    async def inside() -> Any:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60, trust_env=False) as http,
            Client(streamable_http_client(f"{stack.address}/mcp", http_client=http)) as client,
        ):
            return await client.call_tool(tool, arguments, **options)

    return asyncio.run(inside())


def pictures(result: Any) -> list[Image.Image]:
    images = [item for item in result.content if item.type == "image"]
    return [Image.open(io.BytesIO(base64.b64decode(image.data))) for image in images]


def test_an_agent_sees_what_it_wrote(stack: Stack) -> None:
    result = ask(stack, "render_shader", {"code": gradient(0), "times": [0.5, 2.0], "width": 320, "height": 180})
    assert not result.is_error
    first, second = pictures(result)
    assert first.size == second.size == (320, 180)
    assert min(first.convert("RGB").getpixel((319, 0))[:2]) > 240  # type: ignore[index]
    assert max(first.convert("RGB").getpixel((0, 179))[:2]) < 15  # type: ignore[index]
    assert first.tobytes() != second.tobytes()


def test_an_agent_is_told_what_does_not_compile(stack: Stack) -> None:
    result = ask(stack, "render_shader", {"code": "void mainImage(out vec4 c, in vec2 p)\n{\n    c = zap;\n}"})
    assert result.is_error
    (error, *_) = result.structured_content["errors"]
    assert (error["pass"], error["line"]) == ("image", 3)
    assert "zap" in error["message"]
    assert '"line": 3' in result.content[0].text


def test_an_agent_publishes_with_a_key(stack: Stack) -> None:
    api = Api(stack.address).register(f"agent-{secrets.token_hex(4)}")
    body = {"name": "agent", "scopes": ["read", "write"]}
    key = api.http.post("/api/v1/me/api-keys", json=body).json()["key"]
    arguments = {"title": "By an agent", "code": gradient(7), "tags": ["agent"]}
    assert ask(stack, "submit_shader", arguments).is_error
    result = ask(stack, "submit_shader", arguments, key)
    assert not result.is_error, result.content
    (poster,) = pictures(result)
    assert poster.size == (640, 360)
    shader = result.structured_content
    assert shader["author"]["username"] == api.username
    assert api.http.get(f"/api/v1/shaders/{shader['id']}").json()["status"] == "published"
    found = ask(stack, "browse_shaders", {"tags": ["agent"], "sort": "trending"})
    assert shader["id"] in [item["id"] for item in found.structured_content["items"]]
    assert pictures(ask(stack, "get_shader", {"id": shader["id"]}))
    broken = {
        "title": "Broken",
        "code": "void mainImage(out vec4 c, in vec2 p)\n{\n    c = zap;\n}",
        "status": "published",
    }
    refused = ask(stack, "submit_shader", broken, key)
    assert refused.is_error
    assert refused.structured_content["status"] == "draft"
    assert refused.structured_content["publication"]["reason"] == "compile_error"
    api.close()


@pytest.mark.parametrize(
    ("header", "value", "status"), [("Origin", "https://evil.example", 403), ("Host", "evil.example", 421)]
)
def test_other_origins_and_hosts_are_refused(stack: Stack, header: str, value: str, status: int) -> None:
    headers = {"Accept": "application/json, text/event-stream", header: value}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    with httpx2.Client(trust_env=False) as http:
        assert http.post(f"{stack.address}/mcp", json=body, headers=headers).status_code == status


def test_the_path_with_a_slash_is_no_redirect(stack: Stack) -> None:
    with httpx2.Client(trust_env=False) as http:
        answer = http.post(f"{stack.address}/mcp/", json={}, headers={"Accept": "application/json, text/event-stream"})
    assert answer.status_code == 400  # an empty object is no JSON-RPC; somebody read it
