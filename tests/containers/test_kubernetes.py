"""Kubernetes manifests are valid, complete, isolated by network policies, and scaled by the rows that are due."""

import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import yaml
from kubernetes_validate import ValidationError

from containers.kubernetes.manifests import manifests
from containers.kubernetes.objects import dump, is_served, routes_of
from containers.kubernetes.scaling import depth_query
from containers.kubernetes.settings import Settings
from containers.manifest import ROOT, Function, functions
from containers.runtime.serve import settings_for
from shared import settings as config
from shared.settings_table import FUNCTIONS, RENDERER, SETTINGS, read_by
from shared.stores.db import Database, queries
from shared.work import WORKERS
from tests.containers.cluster import Cluster, validate

FULL = Settings(metrics_namespace="monitoring", runtime_class="gvisor", s3_endpoint="http://s3", ingress_class="nginx")
VARIANTS = {"plain": Settings(), "full": FULL, "knative": Settings(starters=0, serverless="knative")}
DOCS = (ROOT / "docs/kubernetes.md").read_text()
_INVENTED = {
    "swatches": 'kind = "http"\nneeds = ["postgres"]\ntimeout = 30\nbody_limit = "1m"\nmemory = "1g"\nscale = 9',
    "shred": 'kind = "worker"\nneeds = ["postgres", "redis", "renderer"]\nscale = 3',
}
_HANDLER = 'from functions.health.handler import Health\n\nroutes = {"/api/v1/swatches/{shader}": Health}\n'


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Function]]:
    """The project's functions, and two that nobody has thought of."""
    import functions as package

    folder = tmp_path_factory.mktemp("functions")
    for name, text in _INVENTED.items():
        (folder / name).mkdir()
        (folder / name / "function.toml").write_text(text)
    (folder / "swatches" / "handler.py").write_text(_HANDLER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "__path__", [*package.__path__, str(folder)])
        patch.setitem(WORKERS, "shred", replace(WORKERS["describe"], name="shred"))
        importlib.invalidate_caches()
        yield functions() + functions(folder)
    for name in [name for name in sys.modules if name.startswith("functions.swatches")]:
        del sys.modules[name]


@pytest.fixture(scope="module", params=VARIANTS)
def cluster(request: pytest.FixtureRequest, items: list[Function]) -> Cluster:
    return Cluster(manifests(items, VARIANTS[request.param]))


def test_everything_is_valid(cluster: Cluster) -> None:
    names = [(item["apiVersion"], item["kind"], item["metadata"]["name"]) for item in cluster.objects]
    assert len(names) == len(set(names))
    for item in cluster.objects:
        assert "namespace" not in item["metadata"]
        validate(item)


def test_the_validation_can_fail(cluster: Cluster) -> None:
    gateway = cluster.one("Deployment", "gateway")
    with pytest.raises(ValidationError):
        validate({**gateway, "spec": {**gateway["spec"], "replicaz": 3}})


def test_what_is_printed_is_what_was_made(items: list[Function]) -> None:
    text = dump(manifests(items, Settings()))
    assert list(yaml.safe_load_all(text)) == manifests(items, Settings())
    assert text == dump(manifests(items, Settings()))


@pytest.mark.parametrize("name", [*(item.name for item in functions()), *_INVENTED])
def test_every_manifest_arrives(cluster: Cluster, items: list[Function], name: str) -> None:
    item = next(item for item in items if item.name == name)
    if item.kind == "static":
        assert cluster.one("Deployment", "gateway")["metadata"]["annotations"]["fractafrag/serves"] == name
        return
    workload, (container,) = cluster.workloads[name], cluster.pods[name]["containers"]
    notes, (least, most) = workload["metadata"]["annotations"], cluster.bounds(name)
    assert notes["fractafrag/needs"] == ", ".join(item.needs)
    assert least >= item.scale or workload["kind"] == "Service"
    assert most >= item.scale
    assert container["resources"]["limits"]["memory"] == f"{item.memory}i".replace("m", "M").replace("g", "G")
    assert container["ports"][0]["containerPort"] == item.port
    assert container["args"][-2:] == ["containers.runtime.serve", name]
    assert notes.get("fractafrag/queue") == (name if item.kind == "worker" else None)
    assert notes.get("fractafrag/routes", "") == ", ".join(routes_of(item))
    assert (name in cluster.hosts) == is_served(item)
    if is_served(item):
        assert (notes["fractafrag/timeout"], notes["fractafrag/body-limit"]) == (f"{item.timeout}s", item.body_limit)
    if workload["kind"] == "Service":
        assert workload["spec"]["template"]["spec"]["timeoutSeconds"] == item.timeout


def test_every_host_that_the_gateway_knows_is_there(cluster: Cluster) -> None:
    known = re.findall(r"set \$function (\w+);", (ROOT / "gateway/conf/routes.conf").read_text())
    assert known
    assert cluster.hosts.issuperset(known)


def test_every_function_gets_the_settings_of_its_needs_and_no_others(cluster: Cluster, items: list[Function]) -> None:
    for item in (item for item in items if item.kind != "static"):
        env = cluster.environment(item.name, secret="s" * 43)
        config.load(item.needs, env)  # raises where something is missing
        wanted = read_by(RENDERER) if item.name == "renderer" else read_by(FUNCTIONS, frozenset(item.needs))
        assert not [name for name in env if name in SETTINGS and name not in wanted]
        unset = {name for name in wanted if name not in env}
        assert unset <= {"CHROMIUM_PATH", "AWS_ENDPOINT_URL", "METRICS_BIND", "MCP_ORIGINS"}, (
            "empty unless somebody chooses"
        )
        assert ("METRICS_BIND" in env) == (item.kind in ("worker", "service") and item.name != "renderer")
        assert any(name.startswith("AWS_") for name in env) == ("storage" in item.needs)


def test_the_renderer_holds_nothing(cluster: Cluster) -> None:
    names = cluster.environment("renderer", secret="").keys()
    assert names == set(read_by(RENDERER)) - {"CHROMIUM_PATH"}
    assert "secret" not in str(cluster.pods["renderer"])
    assert cluster.pods["renderer"]["securityContext"]["seccompProfile"]["type"] == "Localhost"
    assert cluster.rules("renderer", "egress") == []


def test_nobody_speaks_but_where_a_need_leads(cluster: Cluster, items: list[Function]) -> None:
    callers = {name for name in cluster.pods if cluster.may_call(name, "renderer", 3100)}
    assert callers == {item.name for item in items if "renderer" in item.needs} != set()
    for item in (item for item in items if item.kind not in ("static", "service")):
        assert cluster.may_call("gateway", item.name, 8000) == item.routed
        assert not cluster.may_call("renders", item.name, 8000)
        for need, port in {"postgres": 5432, "redis": 6379, "storage": 443}.items():
            assert cluster.may_leave(item.name, port) == (need in item.needs)


def test_every_container_may_do_little(cluster: Cluster) -> None:
    for name, pod in cluster.pods.items():
        assert pod["automountServiceAccountToken"] is pod["enableServiceLinks"] is False
        for container in cluster.containers(name):
            rights = {**pod.get("securityContext", {}), **container["securityContext"]}
            assert rights["runAsNonRoot"] is rights["readOnlyRootFilesystem"] is True
            assert rights["allowPrivilegeEscalation"] is False
            assert (rights["runAsUser"], rights["capabilities"]) == (10001, {"drop": ["ALL"]})
            assert rights["seccompProfile"]["type"] == ("Localhost" if name == "renderer" else "RuntimeDefault")
            assert container["resources"]["requests"].keys() == {"cpu", "memory"}
            assert container["resources"]["limits"]["memory"]


def test_every_deployment_comes_and_goes_gently(cluster: Cluster, items: list[Function]) -> None:
    served = {item.name: item for item in items if is_served(item)}
    for item in cluster.of("Deployment"):
        name, pod = item["metadata"]["name"], item["spec"]["template"]["spec"]
        assert item["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
        assert pod["containers"][0].keys() >= {"startupProbe", "readinessProbe", "livenessProbe"}
        assert {rule["whenUnsatisfiable"] for rule in pod["topologySpreadConstraints"]} == {"ScheduleAnyway"}
        assert cluster.bounds(name)[1] == 1 or cluster.one("PodDisruptionBudget", name)["spec"]["maxUnavailable"] == 1
        if name in served:
            pause = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
            assert pod["terminationGracePeriodSeconds"] > pause + settings_for(served[name], "")["graceful_timeout"]


def test_no_pod_ends_because_postgres_is_away(cluster: Cluster) -> None:
    probes = {name: pod["containers"][0].get("livenessProbe", {}) for name, pod in cluster.pods.items()}
    assert {name for name, probe in probes.items() if "tcpSocket" in probe} == {"health", "gateway"}


def test_whatever_is_named_is_there(cluster: Cluster) -> None:
    data = cluster.one("ConfigMap", "fractafrag")["data"]
    for item in cluster.of("Deployment"):
        assert item["spec"]["selector"]["matchLabels"].items() <= item["spec"]["template"]["metadata"]["labels"].items()
    assert all(cluster.found(wanted) for wanted in cluster.selectors())
    assert cluster.configured() <= {("fractafrag", key) for key in data}
    assert cluster.secrets() <= {("fractafrag", key) for key in re.findall(r"--from-literal=(\w+)=", DOCS)}
    for item in [*cluster.of("HorizontalPodAutoscaler"), *cluster.of("ScaledObject")]:
        assert "replicas" not in cluster.one("Deployment", item["spec"]["scaleTargetRef"]["name"])["spec"]
    port = cluster.one("Service", "renderer")["spec"]["ports"][0]["port"]
    assert data["RENDERER_URL"] == f"http://renderer:{port}"
    ingress = cluster.one("Ingress", "fractafrag")
    assert ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["name"] in cluster.hosts
    notes = [f"nginx.ingress.kubernetes.io/proxy-{name}" for name in ("body-size", "read-timeout")]
    assert [ingress["metadata"]["annotations"][name] for name in notes] == ["10m", "600"]


def test_a_job_is_another_when_it_does_something_else(items: list[Function]) -> None:
    made = [Settings(), Settings(replicas=9), Settings(tag="2.0.0")]
    same, too, other = (Cluster(manifests(items, each)).of("Job")[0]["metadata"]["name"] for each in made)
    assert same == too != other


_ROWS = """
INSERT INTO renders (project, plan, status, lease_until, settled_at)
SELECT '{}', '{}', status, now() + lease::interval, now() + settled::interval FROM (VALUES
    ('queued', NULL, NULL), ('queued', '-1 s', NULL), ('queued', '1 h', NULL),
    ('rendering', '-1 s', NULL), ('rendering', '1 h', NULL),
    ('ready', NULL, NULL), ('ready', NULL, '-1 s'), ('failed', NULL, '-1 s')) AS row (status, lease, settled);
WITH shader AS (
    INSERT INTO shaders (author_id, title, license) SELECT id, 'A test', 'MIT' FROM users LIMIT 1 RETURNING id
), versions AS (INSERT INTO versions (shader_id, n, project) SELECT id, n, '{}' FROM shader, generate_series(1, 5) n RETURNING *)
INSERT INTO renders (shader_id, version, plan, status, settled_at, ready_at, described_at)
SELECT shader_id, n, '{}', CASE n WHEN 1 THEN 'failed' ELSE 'ready' END, now(), now(), CASE n WHEN 2 THEN now() END FROM versions;
INSERT INTO outputs (render_id, name, key, type, sha256, size, width, height)
SELECT id, CASE version WHEN 3 THEN 'preview' ELSE 'poster' END, 'k', 'image/webp', '', 1, 1, 1 FROM renders WHERE version > 0"""
"""Every state that a render can be in."""


@pytest.mark.parametrize(("worker", "claim", "due"), [("render", "claim", 4), ("describe", "claim_description", 2)])
def test_the_depth_is_what_workers_would_claim(database: Database, worker: str, claim: str, due: int) -> None:
    sql: Any = vars(queries("shared.renders"))[claim]
    done = "UPDATE renders SET described_at = now() WHERE id = %(id)s AND shader_id IS NOT NULL"
    with database.transaction() as connection:
        connection.execute(_ROWS)

        def depth() -> object:
            (row,) = connection.execute(depth_query(worker)).fetchall()  # type: ignore[arg-type]
            return row["due"]

        assert depth() == due
        for left in range(due - 1, -1, -1):
            claimed = connection.execute(
                sql, {"first": "", "lease": "1 hour", "most": 3, "wait": "1 minute"}
            ).fetchone()
            assert claimed
            connection.execute(done, {"id": claimed["id"]})
            assert depth() == left
        assert (
            connection.execute(sql, {"first": "", "lease": "1 hour", "most": 3, "wait": "1 minute"}).fetchone() is None
        )
