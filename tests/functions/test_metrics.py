"""What HTTP functions count."""

import re

import pytest

from tests.functions.conftest import Client
from tests.functions.counting import counted, difference

REQUESTS = ("fractafrag_requests_total", "function", "method", "route", "status")


def test_requests_are_counted_by_path_template(client: Client, ann: Client) -> None:
    shader = ann.publish()
    before = counted(*REQUESTS)
    for _ in range(3):
        client.call("GET", f"/api/v1/shaders/{shader['id']}")
    client.call("GET", "/api/v1/shaders/not-a-uuid")
    client.call("GET", "/api/v1/no/such/path")
    client.call("PATCH", "/api/v1/shaders")
    assert difference(before, counted(*REQUESTS)) == {
        ("several", "GET", "/api/v1/shaders/{shader}", "200"): 3,
        ("several", "GET", "/api/v1/shaders/{shader}", "404"): 1,
        ("several", "GET", "none", "404"): 1,
        ("several", "PATCH", "/api/v1/shaders", "405"): 1,
    }


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
def test_made_up_methods_and_paths_are_one_series(client: Client) -> None:
    before = counted(*REQUESTS)
    for n in range(20):
        client.call("GET", f"/{n}")
        client.simulate_request(f"X{n}", "/api/v1/shaders")
    assert client.simulate_request("WEBSOCKET", "/api/v1/shaders").status_code == 400
    found = difference(before, counted(*REQUESTS))
    assert found[("several", "GET", "none", "404")] == 20
    assert sum(value for key, value in found.items() if key[1] == "other") == 21
    assert len(found) == 3


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
def test_nothing_stays_in_progress(client: Client) -> None:
    before = counted("fractafrag_requests_in_progress", "function")
    client.call("GET", "/api/v1/shaders")
    client.call("POST", "/api/v1/shaders", {})
    client.simulate_request("WEBSOCKET", "/")
    assert counted("fractafrag_requests_in_progress", "function") == before


def test_the_page_for_prometheus(client: Client) -> None:
    client.call("GET", "/api/v1/shaders")
    result = client.call("GET", "/metrics")
    assert result.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'fractafrag_request_seconds_bucket{function="several",le="0.5",route="/api/v1/shaders"}' in result.text
    assert re.search(r"^process_resident_memory_bytes \d", result.text, re.MULTILINE)
    assert "_created" not in result.text
