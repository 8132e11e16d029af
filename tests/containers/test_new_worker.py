"""A new worker is a folder and an entry in shared/work.py; compose, Prometheus, `make dev` and Kubernetes follow.

tests/functions/test_workers.py proves the same of reconcile and of the metrics.
"""

from pathlib import Path

import pytest
import yaml

from containers.generate import compose
from containers.generate.prometheus import prometheus
from containers.kubernetes.manifests import manifests
from containers.kubernetes.settings import Settings
from containers.local.folders import find_folders
from containers.local.stack import Options, Stack
from containers.manifest import Function, ManifestError, functions
from shared.work import WORKERS, Worker
from tests.containers.cluster import Cluster

ENTRY = Worker(
    "shred", due="SELECT id FROM users LIMIT %(limit)s", depth="SELECT 3 AS due, 7.5 AS oldest", wakes=1, rows=10
)


@pytest.fixture
def items(tmp_path: Path) -> list[Function]:
    """The project's functions, and a worker that calls the renderer."""
    (tmp_path / "shred").mkdir()
    text = 'kind = "worker"\nneeds = ["postgres", "redis", "renderer"]\nscale = 2\n'
    (tmp_path / "shred" / "function.toml").write_text(text)
    return functions() + functions(tmp_path)


def test_it_is_run_measured_and_scaled(items: list[Function], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORKERS, "shred", ENTRY)
    assert "  shred:\n" in compose.services(items)
    assert "  shred: {" in compose.reloading(items)
    (job,) = yaml.safe_load(prometheus(items))["scrape_configs"]
    assert "shred" in [name for entry in job["dns_sd_configs"] for name in entry["names"]]
    commands = list(Stack(find_folders(str(tmp_path / "data")), Options(port=1))._function(items[-1]))
    assert [command.name for command in commands] == ["shred-1", "shred-2"]
    cluster = Cluster(manifests(items, Settings()))
    (trigger,) = cluster.one("ScaledObject", "shred")["spec"]["triggers"]
    assert trigger["metadata"] == {"query": f"SELECT due FROM ({ENTRY.depth}) AS waiting", "targetQueryValue": "10"}
    queries = [each["metadata"]["query"] for each in cluster.one("ScaledObject", "renderer")["spec"]["triggers"]]
    assert trigger["metadata"]["query"] in queries, "it calls the renderer, which follows its callers"


def test_without_an_entry_it_is_refused(items: list[Function]) -> None:
    with pytest.raises(ManifestError, match=r"shred: shared/work\.py has no such worker; it has render, describe"):
        manifests(items, Settings())
