"""The configuration is valid in containers and in local mode, and nginx runs under any account."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from containers.local import gateway as local
from containers.local.folders import find_folders, free_port
from containers.manifest import functions
from tests.gateway.servers import Gateway, Names, fill
from tests.support import until

FALSE_POSITIVES = {
    # Functions are told the host that was asked for, port included, which $host has not; the mcp function compares it
    # with those it may be, and nothing else believes it.
    ("host_spoofing", "proxy.conf"),
    ("host_spoofing", "stream.conf"),
    ("host_spoofing", "site.vite.conf"),
    # A cache of open files would serve the page before an update.
    ("try_files_is_evil_too", "site.static.conf"),
}


def is_sound(configuration: Path) -> None:
    """nginx takes it without a warning, no word is left unfilled, and gixy finds nothing new.

    To gixy a port that ends in 443 is one with TLS, so the ports here are fixed; nginx only tests them.
    """
    test = [local.binary(), "-t", "-e", "stderr", "-p", f"{configuration.parent}/", "-c", str(configuration)]
    done = subprocess.run(test, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not re.search(r"\[(warn|alert|emerg|error)\]", done.stderr), done.stderr
    for file in [configuration, *configuration.parent.glob("*/*.conf")]:
        words = [line for line in file.read_text().splitlines() if "${" in line and not line.startswith("#")]
        assert words == [], file
    command = [str(Path(sys.executable).parent / "gixy"), "-f", "json", str(configuration)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    new = [item for item in found if (item["plugin"], Path(item["file"]).name) not in FALSE_POSITIVES]
    assert new == []


@pytest.mark.parametrize(
    "settings",
    [
        {"TRUSTED_PROXIES": "cloudflare 10.0.0.9"},
        {"SITE": "vite", "STORAGE_URL": "s3://bucket", "FUNCTION_HOST": "api", "UPSTREAM_HOST": "function"},
    ],
)
def test_the_containers_configuration(tmp_path: Path, settings: dict[str, str]) -> None:
    listens = {"LISTEN": "127.0.0.1:8080", "API_LISTEN": "8000"}
    assert fill(tmp_path, **{**listens, **settings}).returncode == 0
    is_sound(tmp_path / "nginx.conf")


@pytest.mark.parametrize("vite", [None, 5173])
def test_local_modes_configuration(folder: Path, vite: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.9")
    written = local.write(find_folders(str(folder / f"local-{vite}")), functions(), 8080, vite)
    is_sound(written)
    assert "set_real_ip_from 10.0.0.9;" in (written.parent / "conf" / "trusted.conf").read_text()
    listens = re.findall(r"listen .*", "".join(file.read_text() for file in written.parent.glob("servers/*")))
    assert len(listens) == 1, "one port"


@pytest.mark.parametrize(
    ("setting", "value", "meaning"),
    [
        ("LISTEN", "http", "port, or address:port"),
        ("API_LISTEN", "80;", "port, address:port, or 'off'"),
        ("RESOLVER", "dns.example", "name server's address"),
        ("FUNCTION_PORT", "80a", "port"),
        ("FUNCTION_SUFFIX", ".a|b", "end of a host name"),
        ("FUNCTION_HOST", "a b", "host name"),
        ("UPSTREAM_HOST", "both", "'client' or 'function'"),
        ("SITE", "static\nvite", "'static' or 'vite'"),
        ("SITE_ROOT", "site", "path"),
    ],
)
def test_a_wrong_setting_is_said(tmp_path: Path, setting: str, value: str, meaning: str) -> None:
    done = fill(tmp_path, **{setting: value})
    assert (done.returncode, done.stderr) == (1, f"gateway: {setting}='{value}' is no {meaning}\n")


def test_what_is_not_set_has_its_default(tmp_path: Path) -> None:
    """As in a container, where the name server is the machine's."""
    assert fill(tmp_path, RESOLVER="[fd00::10]:53 10.0.0.2").returncode == 0
    text = {file.name: file.read_text() for file in tmp_path.glob("*/*.conf")}
    assert "listen 80 default_server;" in text["site.conf"]
    assert "listen 127.0.0.1:8081 default_server;" in text["status.conf"]
    assert "api.conf" not in text
    assert "resolver [fd00::10]:53 10.0.0.2 valid=2s" in text["upstreams.conf"]
    assert 'default "$function:8000";' in text["upstreams.conf"]
    assert "alias /renders/;" in text["renders.volume.conf"]
    assert "include conf/site.static.conf;" in text["site.conf"]


PRIVILEGES = {
    "nobody in particular": ["--reuid=10001", "--regid=10001", "--clear-groups", "--bounding-set=-all"],
    "root without capabilities": ["--bounding-set=-all", "--inh-caps=-all"],
    "root": [],
}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("name", PRIVILEGES)
def test_it_runs_as_anybody(folder: Path, names: Names, name: str) -> None:
    """With a folder of its own, and nothing else that it may write."""
    home = folder / f"as {name}".replace(" ", "-")
    home.mkdir()
    log = home / "log"
    log.touch()
    if PRIVILEGES[name][:1] == ["--reuid=10001"]:
        for path in (home, log):
            os.chown(path, 10001, 10001)
    port = free_port()
    settings = {"OUT": str(home), "LISTEN": f"127.0.0.1:{port}", "STATUS_LISTEN": "off", "RESOLVER": names.at}
    settings["FUNCTION_HOST"] = "nowhere"
    # A clone may lie where nobody else can go, below root's home.
    own = shutil.copytree(local.GATEWAY, folder / "gateway-for-all", dirs_exist_ok=True)
    command = ["setpriv", "--no-new-privs", *PRIVILEGES[name], "sh", str(own / "entrypoint.sh")]
    environment = {"PATH": os.environ["PATH"] + ":/usr/sbin", **settings}
    with log.open("ab") as output, subprocess.Popen(command, stdout=output, stderr=output, env=environment) as process:
        try:
            running = Gateway(port, 0, 0, log)
            until(lambda: _answers(running), f"it answers: {log.read_text()}", 5)
            large = running.ask("/api/v1/shaders", "POST", body=b"x" * 1_000_000)
            assert large.status == 503, "it was read to a file, and there was no function"
        finally:
            process.terminate()
            process.wait(10)
    assert [line["status"] for line in running.lines()][-1] == 503
    assert "Permission denied" not in log.read_text()


def _answers(gateway: Gateway) -> bool:
    try:
        return gateway.ask("/api/").status == 404
    except OSError:
        return False


def _healthy(tools: Path, port: int, names: Sequence[str]) -> int:
    """The health check's exit code where there are only these tools."""
    tools.mkdir()
    for name in names:
        (tools / name).symlink_to(shutil.which(name) or name)
    command = [shutil.which("sh") or "sh", str(local.GATEWAY / "healthcheck.sh")]
    environment = {"PATH": str(tools), "STATUS_LISTEN": f"127.0.0.1:{port}"}
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=10).returncode


@pytest.mark.parametrize("tool", ["curl", "wget", "bash"])
def test_health_is_nginxs_own(gateway: Gateway, tmp_path: Path, tool: str) -> None:
    """Whatever an image has to ask with."""
    if not shutil.which(tool):
        pytest.skip(f"no {tool} here")
    assert _healthy(tmp_path / "well", gateway.status_port, [tool]) == 0
    assert _healthy(tmp_path / "ill", free_port(), [tool]) != 0


def test_the_status_is_for_this_machine(gateway: Gateway) -> None:
    answer = gateway.ask("/status", port=gateway.status_port)
    assert answer.status == 200
    assert answer.body.startswith(b"Active connections: ")
    assert gateway.ask("/status").status == 404
