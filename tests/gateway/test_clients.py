"""Who the client is: proxies that are trusted, and everybody else."""

import ipaddress
from pathlib import Path

import pytest

from containers.local.folders import free_port
from containers.local.gateway import GATEWAY
from tests.gateway.servers import PROXY, Gateway, fill
from tests.support import until

PATH = "/api/v1/shaders"
CLIENT = "203.0.113.7"
EDGE = "162.158.1.1"
"""An address of Cloudflare's."""


def test_nobody_else_is_believed(gateway: Gateway) -> None:
    told = {
        "X-Forwarded-For": CLIENT,
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Real-IP": CLIENT,
        "Forwarded": f"for={CLIENT};proto=https",
        "X-Request-Id": "chosen-by-the-client",
        "X_Request_Id": "chosen-by-the-client",
        "Host": "shaders.example:8443",
    }
    answer = gateway.ask(PATH, headers=told)
    asked = answer.asked
    assert asked["x-forwarded-for"] == "127.0.0.1"
    assert asked["x-forwarded-proto"] == "http"
    assert asked["host"] == asked["x-forwarded-host"] == "shaders.example:8443"
    assert {"x-real-ip", "forwarded", "x_request_id"}.isdisjoint(asked)
    assert len(asked["x-request-id"]) == 32
    assert not answer.has("Strict-Transport-Security")


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        (CLIENT, CLIENT),
        (f"{CLIENT}, {EDGE}", CLIENT),
        (f"6.6.6.6, {CLIENT}, {EDGE}", CLIENT),
        (f"6.6.6.6, {EDGE}, {CLIENT}, {EDGE}", CLIENT),
        (f"2001:db8::7, {EDGE}, {PROXY}", "2001:db8::7"),
        ("nonsense", PROXY),
    ],
)
def test_the_client_behind_trusted_proxies(gateway: Gateway, chain: str, client: str) -> None:
    answer = gateway.ask(PATH, headers={"X-Forwarded-For": chain, "X-Forwarded-Proto": "https"}, source=PROXY)
    assert answer.asked["x-forwarded-for"] == client
    assert answer.asked["x-forwarded-proto"] == "https"
    assert answer["Strict-Transport-Security"] == "max-age=31536000"
    number = answer.asked["x-request-id"]
    line = until(lambda: next((line for line in gateway.lines() if line["request"] == number), None), "it is logged")
    assert line["client"] == client


@pytest.mark.parametrize(
    ("told", "scheme"),
    [("HTTPS", "https"), ("http", "http"), ("", "http"), ("gopher", "http"), ("https, http", "http")],
)
def test_the_scheme_that_a_trusted_proxy_tells(gateway: Gateway, told: str, scheme: str) -> None:
    answer = gateway.ask(PATH, headers={"X-Forwarded-Proto": told}, source=PROXY)
    assert answer.asked["x-forwarded-proto"] == scheme


def refused(gateway: Gateway, client: str, tries: int) -> list[int]:
    """Statuses other than 200 of so many sign-ins from one client."""
    headers = {"X-Forwarded-For": client}
    answers = [gateway.ask("/api/v1/auth/login", "POST", headers, b"{}", source=PROXY) for _ in range(tries)]
    assert {answer["Retry-After"] for answer in answers if answer.status == 429} <= {"1"}
    return [answer.status for answer in answers if answer.status != 200]


@pytest.mark.parametrize(
    ("first", "same", "other"),
    [
        ("198.51.100.1", "198.51.100.1", "198.51.100.2"),
        ("2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:3::1"),
        ("2001:db8::1", "2001:db8::3:4:5:6", "2001:db9::1"),
    ],
)
def test_rates_are_counted_by_the_real_client(gateway: Gateway, first: str, same: str, other: str) -> None:
    """A second's worth more than the burst of 60, and an IPv6 client is its network."""
    assert set(refused(gateway, first, 90)) == {429}
    assert set(refused(gateway, same, 20)) == {429}
    assert refused(gateway, other, 20) == []


@pytest.mark.parametrize(
    "entry", ["10.0.0.256", "10.0.0.0/33", "::1/129", "example.org", "*", "unix:", "cloudflare;", "1:2", "10.0.0"]
)
def test_a_wrong_proxy_is_said(tmp_path: Path, entry: str) -> None:
    done = fill(tmp_path, TRUSTED_PROXIES=f"cloudflare,{entry}")
    assert done.returncode == 1
    assert done.stderr == f"gateway: TRUSTED_PROXIES: '{entry}' is no address, no network, and not 'cloudflare'\n"


def test_proxies_are_told_apart_by_spaces_or_commas(tmp_path: Path) -> None:
    named = "10.0.0.9 10.1.0.0/16,fd00::/8 , cloudflare"
    done = fill(tmp_path, "--check", TRUSTED_PROXIES=named, LISTEN=f"127.0.0.1:{free_port()}", STATUS_LISTEN="off")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "conf" / "trusted.conf").read_text()
    assert text.count("set_real_ip_from") == 3 + 22
    assert "\n    fd00::/8 1;\n" in text


def test_cloudflares_networks_are_networks() -> None:
    lines = (GATEWAY / "cloudflare.txt").read_text().splitlines()
    networks = [ipaddress.ip_network(line) for line in lines if not line.startswith("#")]
    assert {network.version for network in networks} == {4, 6}
    assert all(network.is_global for network in networks)
