"""What HTTP functions, the render worker and reconcile count."""

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions.reconcile import figures
from functions.reconcile.figures import Figures, Reading
from functions.render.attempt import Workshop, attempt
from functions.render.tally import Ending, tally
from shared.db import Database
from shared.errors import Unavailable
from shared.metrics import REGISTRY, CollectorRegistry
from shared.renderer import End, Record, RendererAway
from tests.functions.conftest import Client
from tests.functions.test_render import away, good, make, row  # noqa: F401
from tests.support import until

Values = dict[tuple[str, ...], float]


def counted(name: str, *labels: str, registry: CollectorRegistry = REGISTRY) -> Values:
    """Label values -> value, of every series of a metric."""
    return {
        tuple(sample.labels[label] for label in labels): sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == name
    }


def difference(before: Values, after: Values) -> Values:
    return {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}


REQUESTS = ("fractafrag_requests_total", "function", "method", "route", "status")


def test_requests_are_counted_by_path_template(client: Client, ann: Client) -> None:
    shader = ann.create()
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


RENDERS = ("fractafrag_renders_total", "outcome", "reason")


def storms() -> Iterator[Record]:
    yield End("failed", "made_up_by_the_renderer", "Not trusted.")


def test_attempts_are_counted_by_how_they_ended(
    ann: Client,
    database: Database,
    make: Callable[..., Workshop],  # noqa: F811
) -> None:
    before = counted(*RENDERS)
    shop = make(away, good, storms)
    ann.create()
    attempt(shop, "")
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET lease_until = NULL")
    attempt(shop, "")
    ann.create()  # the same code again
    attempt(shop, "")
    ann.create(code="void mainImage(out vec4 c, in vec2 p) { c = vec4(2); }")
    attempt(shop, "")
    assert row(database)["reason"] == "made_up_by_the_renderer"
    assert difference(before, counted(*RENDERS)) == {
        ("released", "renderer_away"): 1,
        ("ready", ""): 1,
        ("reused", ""): 1,
        ("failed", "other"): 1,
    }


def test_an_attempt_that_breaks_is_dropped() -> None:
    before = counted(*RENDERS)
    with pytest.raises(RendererAway), tally(Ending()):
        raise RendererAway
    assert difference(before, counted(*RENDERS)) == {("dropped", ""): 1}


def figures_of(database: Database) -> dict[str, Any]:
    """The figures as a scrape finds them, without what is 0."""
    registry = CollectorRegistry()
    registry.register(Figures(database))  # type: ignore[arg-type]
    return {
        f"{sample.name}{''.join(sample.labels.values())}": sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.value
    }


def test_due_rows_and_their_age(ann: Client, database: Database) -> None:
    assert figures_of(database) == {"fractafrag_database_up": 1}
    for title in ("one", "two", "three"):
        ann.create(title=title)
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET queued_at = now() - interval '90 s'")
        leased = "UPDATE renders SET lease_until = now() + interval '1 h', queued_at = now() - interval '1 h' WHERE id = (%s)"
        connection.execute(leased % "SELECT id FROM renders LIMIT 1")
    found = figures_of(database)
    assert 90 <= found.pop("fractafrag_oldest_due_secondsrender") < 120
    assert found == {
        "fractafrag_database_up": 1,
        "fractafrag_duerender": 2,
        "fractafrag_stored_shaderspublished": 3,
        "fractafrag_stored_rendersqueued": 3,
    }


def test_what_waits_for_its_description_and_what_is_made_again(ann: Client, database: Database) -> None:
    ann.create()
    with database.transaction() as connection:
        connection.execute(
            "UPDATE renders SET status = 'ready', ready_at = now() - interval '30 s', settled_at = now()"
        )
    assert "fractafrag_duedescribe" not in figures_of(database), "there is no poster to look at"
    with database.transaction() as connection:
        connection.execute(
            "INSERT INTO outputs (render_id, name, key, type, sha256, size, width, height) "
            "SELECT id, 'poster', 'k', 'image/webp', '', 1, 1, 1 FROM renders"
        )
    found = figures_of(database)
    assert found["fractafrag_duedescribe"] == 1
    assert 30 <= found["fractafrag_oldest_due_secondsdescribe"] < 60
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET settled_at = NULL, remakes = 1, queued_at = now() - interval '1 year'")
    found = figures_of(database)
    assert found["fractafrag_duerender"] == 1
    assert "fractafrag_oldest_due_secondsrender" not in found, "it was seen before"


def test_without_a_database_a_scrape_says_so_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: Database) -> Any:
        raise Unavailable

    monkeypatch.setattr(Database, "transaction", away)
    assert figures_of(Database("")) == {}
    assert REGISTRY.get_sample_value("fractafrag_database_up") is None, "only reconcile exports it"


def test_a_reading_is_kept_awaited_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PATIENCE", 0.05)
    go, calls = threading.Event(), list[int]()
    now = 0.0

    def read() -> list[dict[str, Any]]:
        calls.append(1)
        if len(calls) > 1:
            assert go.wait(20)
            raise Unavailable
        return [{"n": 1}]

    reading = Reading(read, age=5, clock=lambda: now)
    until(reading.rows, "the first reading")
    now = 4
    assert (reading.rows(), len(calls)) == ([{"n": 1}], 1)
    now = 6
    assert reading.rows() == [{"n": 1}], "it serves while a new one is awaited"
    now = 16
    assert (reading.rows(), len(calls)) == (None, 2), "but not for ever, and nobody asks twice at a time"
    go.set()
