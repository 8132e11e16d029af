"""What the gateway asks before it serves a shader's page."""

import pytest

from containers.generate.openapi import document
from containers.manifest import functions
from tests.functions.conftest import Client


def test_a_page_is_there_for_what_everybody_may_see(client: Client, ann: Client) -> None:
    """Not even its author is told otherwise: the gateway does not know who asks."""
    public, draft = ann.publish(), ann.create(status="draft")
    statuses = {"public": public["id"], "draft": draft["id"], "none": "00000000-0000-0000-0000-000000000000"}
    asked = {name: client.simulate_get(f"/pages/shaders/{shader}").status_code for name, shader in statuses.items()}
    assert asked == {"public": 204, "draft": 403, "none": 403}
    assert ann.call("GET", f"/pages/shaders/{draft['id']}").status_code == 403
    ann.call("PUT", f"/api/v1/shaders/{public['id']}", {"status": "archived"})
    assert client.simulate_get(f"/pages/shaders/{public['id']}").status_code == 204


@pytest.mark.parametrize("shader", ["x", "%2e%2e", "0" * 400])
def test_what_is_no_id_is_no_page(client: Client, shader: str) -> None:
    assert client.simulate_get(f"/pages/shaders/{shader}").status_code == 403


def test_the_api_says_nothing_of_it() -> None:
    assert not [path for path in document(functions())["paths"] if path.startswith("/pages")]
