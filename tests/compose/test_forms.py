"""The other forms of the stack: all HTTP functions in one container."""

import httpx2 as httpx

from containers.generate.compose import http
from containers.manifest import functions
from tests.compose.containers import Containers
from tests.support import Api, gradient, until


def test_compact_runs_all_http_functions_in_one_container(stack: Containers, api: Api) -> None:
    together = {item.name for item in http(functions())}
    files = ("-f", "compose.yaml", "-f", "compose.compact.yaml")
    try:
        stack.docker("compose", *files, "up", "-d", "--wait", "--no-build", "--remove-orphans")
        services = set(stack.docker("compose", *files, "ps", "--services").split())
        assert "api" in services
        assert not services & together
        until(lambda: api.http.get("/api/v1/feed/new").status_code == 200, "the api answers", 30)
        shader = api.publish(gradient(44))
        assert api.wait_render(shader["render"]["id"], 40)["status"] == "ready"
        for path in ("/health", "/api/v1/openapi.json", "/api/v1/me", f"/api/v1/shaders/{shader['id']}/versions"):
            assert (
                httpx.get(stack.address + path, headers=dict(api.http.headers), trust_env=False).status_code == 200
            ), path
    finally:
        stack.compose("up", "-d", "--wait", "--no-build", "--remove-orphans")
