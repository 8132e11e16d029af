"""The stack as its users have it: one port, pictures, an agent, one id in all logs."""

import asyncio
import base64
import io
import json
from typing import Any

import httpx2 as httpx
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from PIL import Image

from tests.compose.containers import Containers
from tests.support import Api, gradient, until


def test_up_in_a_minute(stack: Containers) -> None:
    assert stack.figures["up_s"] < 60


def test_only_the_gateway_is_published(stack: Containers) -> None:
    """All else that any compose file publishes is for this machine alone."""
    production = stack.published("compose.yaml")
    open_ports = [port for port in production if port["host_ip"] != "127.0.0.1"]
    assert [(port["service"], port["published"]) for port in open_ports] == [
        ("gateway", stack.environment["HTTP_PORT"])
    ]
    development = stack.published("compose.yaml", "compose.override.yaml")
    added = [port for port in development if port not in production]
    assert {port["host_ip"] for port in added} == {"127.0.0.1"}
    assert {port["published"] for port in added} == {"8000", "5173", "3200", "3100", "5432", "6379"}


def test_a_shader_is_published_through_the_one_port(stack: Containers, api: Api) -> None:
    shader = api.publish(gradient(1), title="In containers")
    render = api.wait_render(shader["render"]["id"], 40, settled=True)
    assert render["status"] == "ready"
    poster = api.http.get(render["poster_url"])
    assert poster.status_code == 200
    assert poster.headers["Cache-Control"] == "public, max-age=2592000, immutable"
    assert Image.open(io.BytesIO(poster.content)).size == (640, 360)
    assert api.http.get(render["preview_url"]).status_code == 200
    assert "<div id=" in httpx.get(stack.address, trust_env=False).text
    _same_id_everywhere(stack, shader["render"]["id"])


def _same_id_everywhere(stack: Containers, render: str) -> None:
    """One request id from the gateway to the renderer, in lines that are JSON."""
    request = stack.sql(f"SELECT request_id FROM renders WHERE id = '{render}'")
    assert request
    for service in ("gateway", "shaders", "render", "renderer"):
        until(lambda name=service: request in "".join(stack.logs(name)), f"{request} in {service}", 10)
    for service in ("shaders", "render", "renderer", "reconcile", "mcp"):
        for line in stack.logs(service):
            assert isinstance(json.loads(line), dict), f"{service}: {line}"


def test_an_agent_sees_a_picture(stack: Containers) -> None:
    async def ask() -> Any:
        async with (
            httpx.AsyncClient(timeout=60, trust_env=False) as http,
            Client(streamable_http_client(f"{stack.address}/mcp", http_client=http)) as client,
        ):
            return await client.call_tool("render_shader", {"code": gradient(3), "width": 320, "height": 180})

    result = asyncio.run(ask())
    (image,) = [item for item in result.content if item.type == "image"]
    assert Image.open(io.BytesIO(base64.b64decode(image.data))).size == (320, 180)


def test_metrics_are_there_and_not_outside(stack: Containers) -> None:
    assert httpx.get(f"{stack.address}/metrics", trust_env=False).status_code == 404
    for service, port in {
        "shaders": 8000,
        "render": 8000,
        "describe": 8000,
        "reconcile": 8000,
        "mcp": 8000,
        "renderer": 3100,
    }.items():
        assert "fractafrag_" in stack.inside(service, "curl", "-fsS", f"http://localhost:{port}/metrics"), service
    assert "fractafrag_oldest_due_seconds" in stack.inside("reconcile", "curl", "-fsS", "http://localhost:8000/metrics")


def test_idle(stack: Containers) -> None:
    until(lambda: stack.sql("SELECT count(*) FROM renders WHERE settled_at IS NULL") == "0", "nothing is due", 60)
    found = stack.idle()
    stack.figures.update(found)
    assert found["idle_mb"] < 300 + 60 * found["containers"]
    assert found["idle_cores"] < 0.3
