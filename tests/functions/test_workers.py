"""The registry of workers: every worker function is in it, and whoever reads it follows."""

from datetime import timedelta

import pytest

from containers.manifest import ROOT, functions
from functions.reconcile.figures import Figures
from functions.reconcile.server import Reconciler
from shared import work
from shared.request import Services
from shared.stores.queue import Bell
from shared.work import WORKERS, Worker
from tests.functions.conftest import Client

EXAMPLE = Worker(
    "example", due="SELECT id FROM users LIMIT %(limit)s", depth="SELECT 3 AS due, 7.5 AS oldest", wakes=1, rows=10
)


def test_every_worker_function_is_registered() -> None:
    assert WORKERS.keys() == {item.name for item in functions() if item.kind == "worker"}
    for name in WORKERS:
        assert (ROOT / "functions" / name / "job.py").exists()


def test_reconcile_and_the_metrics_follow_the_registry(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(work.WORKERS, "example", EXAMPLE)
    rung = list[str]()
    monkeypatch.setattr(services.bell, "ring", lambda worker, row: not rung.append(worker))
    with services.request() as request:
        Reconciler(services).ring(request)
        assert rung == [], "workers would find the rows locked"
    assert rung == ["example"], "the system account is the only row there is"
    due = {
        sample.name: sample.value
        for family in Figures(services.db).collect()
        for sample in family.samples
        if sample.name in ("fractafrag_due", "fractafrag_oldest_due_seconds")
        if sample.labels["queue"] == "example"
    }
    assert due == {"fractafrag_due": 3, "fractafrag_oldest_due_seconds": 7.5}


@pytest.mark.parametrize("worker", WORKERS.values(), ids=WORKERS)
def test_the_statements_of_a_worker_answer_as_the_registry_says(worker: Worker, services: Services) -> None:
    with services.db.transaction() as connection:
        assert worker.due_rows(connection, timedelta(seconds=3)) == []
        assert worker.waiting(connection) == (0, 0)


def test_what_is_queued_rings_by_itself_after_the_commit(
    ann: Client, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung = list[tuple[str, str]]()
    monkeypatch.setattr(Bell, "ring", lambda self, worker, row: rung.append((worker, str(row))))
    assert ann.call("POST", "/api/v1/shaders", {"title": "No code"}).status_code == 422
    assert rung == []
    shader = ann.create()
    assert ("render", shader["render"]["id"]) in rung
