"""`make kubernetes` and its page: what is printed, what is refused, and that the page's examples hold."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from containers.kubernetes import __main__ as command
from containers.kubernetes.manifests import manifests
from containers.kubernetes.objects import dump
from containers.kubernetes.settings import Settings, SettingsError, read_settings
from containers.manifest import ROOT, Function, ManifestError, functions
from shared.settings_table import SETTINGS, Setting
from tests.containers.cluster import Cluster, validate

PAGE = (ROOT / "docs/kubernetes.md").read_text()
EXAMPLES: list[dict[str, Any]] = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    monkeypatch.delenv("SERVERLESS", raising=False)


def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> Cluster:
    monkeypatch.setattr(sys, "argv", ["kubernetes", *arguments])
    command.main()
    return Cluster(list(yaml.safe_load_all(capsys.readouterr().out)))


def test_flags_change_what_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--host=a.example.net", "--image-prefix=registry.example.net/f", "--tag=2", "--secret=other"]
    cluster = printed(monkeypatch, capsys, *flags, "--runtime-class=gvisor", "--renderer-seccomp=", "--replicas=5")
    assert cluster.one("Ingress", "fractafrag")["spec"]["tls"][0]["hosts"] == ["a.example.net"]
    assert cluster.one("ConfigMap", "fractafrag")["data"]["PUBLIC_URL"] == "https://a.example.net"
    assert {name for name, _ in cluster.secrets()} == {"other"}
    assert cluster.pods["renderer"]["containers"][0]["image"] == "registry.example.net/f/renderer:2"
    assert cluster.pods["renderer"]["runtimeClassName"] == "gvisor"
    assert cluster.pods["renderer"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert cluster.environment("renderer", "")["RENDERER_SANDBOX"] == "auto"
    assert cluster.bounds("gateway") == (5, 5)
    assert cluster.bounds("feed") == (5, 6)


def test_every_setting_may_be_set(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Those of the table that have no flag, too, and those that are new in it."""
    new = Setting("the title of a fork", default="(fork)")
    monkeypatch.setitem(SETTINGS, "FORK_TITLE", new)
    assert printed(monkeypatch, capsys).environment("shaders", "s")["FORK_TITLE"] == "(fork)"
    flags = ["--set", "FORK_TITLE=copy", "--set", "CHROMIUM_PATH=/usr/bin/chromium", "--renderer-browsers", "4"]
    cluster = printed(monkeypatch, capsys, *flags)
    assert cluster.environment("shaders", "s")["FORK_TITLE"] == "copy"
    renderer = cluster.environment("renderer", "")
    assert (renderer["CHROMIUM_PATH"], renderer["RENDERER_BROWSERS"]) == ("/usr/bin/chromium", "4")
    triggers = cluster.one("ScaledObject", "renderer")["spec"]["triggers"]
    assert triggers[0]["metadata"]["targetQueryValue"] == "16", "four browsers, four rows each"


def test_serverless_may_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERVERLESS", "knative")
    monkeypatch.setenv("PUBLIC_URL", "http://shaders.test")
    cluster = printed(monkeypatch, capsys)
    service = cluster.workloads["shaders"]
    assert service["apiVersion"] == "serving.knative.dev/v1"
    assert service["metadata"]["labels"]["networking.knative.dev/visibility"] == "cluster-local"
    assert cluster.bounds("shaders") == (0, 6)
    assert cluster.workloads["mcp"]["kind"] == cluster.workloads["render"]["kind"] == "Deployment"
    gateway = cluster.environment("gateway", "")
    assert (gateway["UPSTREAM_HOST"], gateway["FUNCTION_PORT"]) == ("function", "80")
    assert cluster.one("Service", "mcp")["spec"]["ports"][0]["port"] == 80
    assert "tls" not in cluster.one("Ingress", "fractafrag")["spec"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--storage-url=file:///renders"], "pods share no folder"),
        (["--public-url=here"], "should look like https"),
        (["--serverless=lambda"], "knative"),
        (["--replicas=0"], "at least 1"),
        (["--max-render-duration=90"], "--max-render-duration is not between 1 and 60 seconds"),
        (["--renderer-queue=many"], "--renderer-queue is not a whole number"),
        (["--set", "HTTP_PORT=81"], "--set HTTP_PORT is no setting of functions or of the renderer"),
        (["--set", "SECRET_KEY=x"], "--set SECRET_KEY is a secret"),
        (["--set", "STORAGE_URL=file:///renders"], "--set STORAGE_URL is set by --storage-url"),
        (["--set", "RENDERER_BROWSERS=8"], "--set RENDERER_BROWSERS is set by --renderer-browsers"),
        (["--set", "AWS_ENDPOINT_URL=http://s3"], "--set AWS_ENDPOINT_URL is set by --s3-endpoint"),
        (["--set", "METRICS_BIND="], "--set METRICS_BIND is set by these manifests themselves"),
        (["--set", "RENDERER_QUEUE=9"], "--set RENDERER_QUEUE is set by --renderer-queue"),
        (["--set", "CHROMIUM_PATH"], "--set CHROMIUM_PATH has no value"),
        (["--postgres=10.0.0.1/8:5432"], "10.0.3.0/24:5432"),
        (["--redis=namespace/databases"], "namespace/databases:5432"),
    ],
)
def test_a_wrong_flag_says_what_to_write(arguments: list[str], words: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(words)):
        manifests(functions(), read_settings(arguments, {}))


def test_an_error_ends_the_command_with_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["kubernetes", "--replicas=0"])
    with pytest.raises(SystemExit, match="kubernetes: --replicas is at least 1"):
        command.main()


@pytest.mark.parametrize(("name", "memory"), [("my_function", "256m"), ("shaders", "a lot")])
def test_what_no_cluster_could_run_is_refused(name: str, memory: str) -> None:
    item = Function(name, "service", (), "1m", 30, memory, 1, False, 8000)
    with pytest.raises(ManifestError):
        manifests([item, *functions()], Settings())


def test_stores_may_be_in_namespaces() -> None:
    cluster = Cluster(manifests(functions(), Settings(postgres="namespace/databases,10.0.3.0/24:6432")))
    (rule, _) = cluster.one("NetworkPolicy", "fractafrag-needs-postgres")["spec"]["egress"]
    wanted = {"matchLabels": {"kubernetes.io/metadata.name": "databases"}}
    assert rule["to"] == [{"namespaceSelector": wanted}, {"ipBlock": {"cidr": "10.0.3.0/24"}}]
    assert rule["ports"] == [{"port": 6432, "protocol": "TCP"}]


def test_the_examples_of_the_page_are_valid() -> None:
    kinds = [item["kind"] for item in EXAMPLES]
    assert kinds == ["Kustomization", "Kustomization", "DaemonSet"]
    validate(EXAMPLES[2])


@pytest.mark.skipif(not shutil.which("kubectl"), reason="there is no kubectl")
def test_the_overlay_of_the_page_builds(tmp_path: Path) -> None:
    for folder, example in (("base", EXAMPLES[0]), ("production", EXAMPLES[1])):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "kustomization.yaml").write_text(yaml.safe_dump(example))
    settings = Settings(image_prefix="registry.example.org/fractafrag", tag="1.2.0")
    (tmp_path / "base" / "fractafrag.yaml").write_text(dump(manifests(functions(), settings)))
    built = subprocess.run(
        ["kubectl", "kustomize", tmp_path / "production"], capture_output=True, text=True, timeout=60, check=False
    )
    assert built.returncode == 0, built.stderr
    cluster = Cluster(list(yaml.safe_load_all(built.stdout)))
    assert {item["metadata"]["namespace"] for item in cluster.objects} == {"fractafrag"}
    assert cluster.pods["shaders"]["containers"][0]["image"].endswith("/shaders:1.2.1")
    assert cluster.pods["feed"]["containers"][0]["image"].endswith("/feed:1.2.0")
    assert (cluster.bounds("gateway"), cluster.bounds("feed")) == ((3, 3), (4, 6))
    assert cluster.one("Ingress", "fractafrag")["spec"]["rules"][0]["host"] == "gallery.example.org"
    for item in cluster.objects:
        validate(item)
