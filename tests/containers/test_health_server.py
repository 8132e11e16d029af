"""The health server of processes that answer no requests."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from containers.local.folders import free_port
from containers.manifest import ROOT
from containers.runtime.health_server import health_server
from shared.drain import DRAIN_SECONDS
from shared.heartbeat import LIMIT, Heartbeat
from shared.settings import Config, ConfigError
from shared.stores.queue import JOB_TIMEOUT
from tests.support import until


def get(port: int, path: str, method: str = "GET") -> tuple[int, str, bytes]:
    """Status, type and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read()
    finally:
        connection.close()


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def port(clock: Clock) -> Iterator[int]:
    with health_server("127.0.0.1:0", Heartbeat(clock)) as bound:
        assert bound
        yield bound[0]


LONGEST_ROW = 2 * 60 + 10
"""Seconds that the client of the renderer waits for data, with the longest MAX_RENDER_DURATION there is."""


def test_health_turns_with_the_main_loop(port: int, clock: Clock) -> None:
    assert get(port, "/health") == (200, "application/json", b'{"status":"ok","silence":0.0}')
    clock.now += LONGEST_ROW + 10
    assert get(port, "/health?probe=1")[0] == 200, "a row that takes all of its time is no hanging loop"
    clock.now += 10
    status, content_type, body = get(port, "/health")
    assert (status, content_type) == (503, "application/problem+json")
    assert json.loads(body)["detail"] == "The main loop has made no progress for 150 s."
    assert DRAIN_SECONDS + LIMIT < JOB_TIMEOUT, "a job may end the row that it began last"


def test_a_beat_makes_it_well_again() -> None:
    clock = Clock()
    heart = Heartbeat(clock)
    clock.now += 200
    assert not heart.alive
    heart.beat()
    assert heart.alive


def test_other_paths_and_methods(port: int) -> None:
    assert get(port, "/metrics")[0] == 200
    assert b"fractafrag_silence_seconds" in get(port, "/metrics")[2]
    assert get(port, "/")[0] == 404
    assert get(port, "/health", "HEAD")[0::2] == (200, b"")
    assert get(port, "/health", "POST")[0] == 501


def test_no_address_is_no_server() -> None:
    with health_server("") as bound:
        assert bound == []


def test_it_has_several_addresses_and_own_ones_by_the_way_to_others() -> None:
    with health_server("127.0.0.1:0, @127.0.0.1:0", Heartbeat()) as bound:
        assert [get(each, "/health")[0] for each in bound] == [200, 200]


def test_a_host_that_nobody_knows_is_said() -> None:
    with pytest.raises(ConfigError, match=r"METRICS_BIND=@nobody\.invalid:0: "), health_server("@nobody.invalid:0"):
        pass


def test_a_taken_port_is_said(port: int) -> None:
    with (
        pytest.raises(ConfigError, match=f"METRICS_BIND=127.0.0.1:{port}: .*in use"),
        health_server(f"127.0.0.1:{port}"),
    ):
        pass


@pytest.fixture
def environment(config: Config) -> dict[str, str]:
    names = ("DATABASE_URL", "REDIS_URL", "STORAGE_URL", "SECRET_KEY")
    settings = {name: str(getattr(config, name.lower())) for name in names}
    return {**settings, "PATH": os.environ["PATH"], "METRICS_BIND": f"127.0.0.1:{free_port()}"}


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("describe", 'fractafrag_jobs_total{outcome="finished",queue="describe"} '),
        ("reconcile", 'fractafrag_due{queue="render"} '),
    ],
)
def test_real_processes_have_one(environment: dict[str, str], tmp_path: Path, name: str, metric: str) -> None:
    port = int(environment["METRICS_BIND"].rpartition(":")[2])

    def exported() -> bool:
        try:
            return metric in get(port, "/metrics")[2].decode()
        except ConnectionRefusedError:
            return False

    with (tmp_path / "log").open("w") as log:
        command = [sys.executable, "-m", "containers.runtime.serve", name]
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            until(exported, f"{name} exports {metric}")
            assert get(port, "/health")[0] == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert {line["function"] for line in lines} == {name}
    assert lines[-1]["event"] == "stopped"


def test_a_wrong_address_is_said_at_the_start(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "containers.runtime.serve", "describe"]
    done = subprocess.run(
        command, env={**environment, "METRICS_BIND": "8000"}, cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert "METRICS_BIND does not look like HOST:PORT" in done.stderr
