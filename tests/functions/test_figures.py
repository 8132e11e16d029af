"""Figures that reconcile reads from Postgres for Prometheus."""

import threading
from typing import Any

import pytest

from functions.reconcile import figures
from functions.reconcile.figures import Figures, Reading
from shared.errors import Unavailable
from shared.metrics import REGISTRY, CollectorRegistry
from shared.stores.db import Database
from tests.functions.conftest import Client
from tests.support import until


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
        "fractafrag_stored_shadersdraft": 3,
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
