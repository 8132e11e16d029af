"""Handlers on a real database, without sockets: every HTTP function in one application."""

from typing import Any

import pytest
from falcon import testing

from containers.manifest import functions
from functions.render.attempt import Workshop
from shared.http.app import create_app
from shared.settings import Config
from shared.stores.db import Database
from shared.stores.queue import Bell
from shared.stores.storage import create_storage
from tests.functions.scripting import Make, Script, Scripted


class Client(testing.TestClient):
    """Falcon's test client with a signed-in user."""

    token = ""

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> testing.Result:
        headers = {**options.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return self.simulate_request(method, path, json=body, headers=headers, **options)

    def register(self, username: str) -> "Client":
        """Another client of the same application, signed in as somebody new."""
        account = {"username": username, "email": f"{username}@example.org", "password": "correct horse"}
        result = self.call("POST", "/api/v1/auth/register", account)
        assert result.status_code == 201, result.text
        other = Client(self.app)
        other.token = result.json["access_token"]
        return other

    def create(self, **more: Any) -> dict[str, Any]:
        """A new shader, published unless said otherwise."""
        body = {
            "title": "A test",
            "code": "void mainImage(out vec4 c, in vec2 p) { c = vec4(1); }",
            "status": "published",
        }
        result = self.call("POST", "/api/v1/shaders", body | more)
        assert result.status_code == 201, result.text
        return result.json


@pytest.fixture
def client(config: Config) -> Client:
    """Nobody in particular."""
    routes = {path: resource for item in functions() if item.kind == "http" for path, resource in item.routes().items()}
    return Client(create_app(routes, config))


@pytest.fixture
def ann(client: Client) -> Client:
    """A user."""
    return client.register("ann")


@pytest.fixture
def bob(client: Client) -> Client:
    """Another user."""
    return client.register("bob")


@pytest.fixture
def make(config: Config, database: Database) -> Make:
    """Makes a render worker's workshop, in which the renderer plays scripts."""

    def workshop(*scripts: Script) -> Workshop:
        return Workshop(database, Bell(config.redis_url), create_storage(config.storage_url), Scripted(*scripts))

    return workshop
