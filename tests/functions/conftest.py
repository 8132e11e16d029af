"""Handlers on a real database, without sockets: every HTTP function in one application."""

from collections.abc import Iterator
from typing import Any

import pytest
from falcon import testing

from containers.manifest import functions
from shared.http.app import create_app
from shared.http.documents import Problem
from shared.http.resource import Routes
from shared.request import Services
from shared.settings import Config
from tests.functions.scripting import Make, Script, Scripted, Worker, attempt


def check_answer(app: Any, method: str, path: str, result: testing.Result) -> None:
    """Every answer is as its operation declares it: a document of `returns`, nothing, or problem details."""
    if result.status_code >= 400:
        assert result.headers["Content-Type"] == "application/problem+json"
        assert Problem().validate(result.json) == {}
        return
    found = app._router.find(path.partition("?")[0])
    spec = getattr(found and found[1][method], "operation", None)
    if spec is None:
        return
    if spec.returns is None:
        assert (result.status_code, result.content) == (spec.status, b"")
    else:
        assert spec.returns().validate(result.json) == {}


class Client(testing.TestClient):
    """Falcon's test client with a signed-in user."""

    token = ""
    services: Services | None = None
    """What a worker draws with that makes its shaders public."""

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> testing.Result:
        headers = {**options.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        result = self.simulate_request(method, path, json=body, headers=headers, **options)
        check_answer(self.app, method, path, result)
        return result

    def register(self, username: str) -> "Client":
        """Another client of the same application, signed in as somebody new."""
        account = {"username": username, "email": f"{username}@example.org", "password": "correct horse"}
        result = self.call("POST", "/api/v1/auth/register", account)
        assert result.status_code == 201, result.text
        other = Client(self.app)
        other.services = self.services
        other.token = result.json["access_token"]
        return other

    def create(self, **more: Any) -> dict[str, Any]:
        """A new shader, which is to be public unless said otherwise."""
        body = {
            "title": "A test",
            "code": "void mainImage(out vec4 c, in vec2 p) { c = vec4(1); }",
            "status": "published",
        }
        result = self.call("POST", "/api/v1/shaders", body | more)
        assert result.status_code == 201, result.text
        return result.json

    def publish(self, **more: Any) -> dict[str, Any]:
        """A public shader: a worker has drawn it, and whatever else was due."""
        made = self.create(**more)
        self.draw()
        return self.call("GET", f"/api/v1/shaders/{made['id']}").json

    def draw(self, *scripts: Script) -> None:
        """A worker draws all that is due; its renderer plays these scripts first."""
        assert self.services is not None
        worker = Worker(self.services, Scripted(*scripts))
        while attempt(worker, ""):
            pass


def all_routes() -> Routes:
    """Path template -> resource class, of every HTTP function."""
    return {path: resource for item in functions() if item.kind == "http" for path, resource in item.routes().items()}


@pytest.fixture
def client(config: Config, services: Services) -> Client:
    """Nobody in particular."""
    client = Client(create_app(all_routes(), config))
    client.services = services
    return client


@pytest.fixture
def ann(client: Client) -> Client:
    """A user."""
    return client.register("ann")


@pytest.fixture
def bob(client: Client) -> Client:
    """Another user."""
    return client.register("bob")


@pytest.fixture
def services(config: Config) -> Iterator[Services]:
    """What a process works with, on this test's own database."""
    opened = Services(config, vectors=True)
    yield opened
    opened.db.close()


@pytest.fixture
def make(services: Services) -> Make:
    """Makes a render worker whose renderer plays scripts."""
    return lambda *scripts: Worker(services, Scripted(*scripts))
