"""Dashboard, alerts, Prometheus' configuration and docs/metrics.md agree with the metrics that the code exports."""

import json
import re
from typing import Any

import yaml

from containers.manifest import ROOT, functions

FILES = ROOT / "containers" / "metrics"
SUFFIXES = {"Counter": ["_total"], "Info": ["_info"], "Gauge": [""], "Family": [""], "Histogram": ["", "_bucket"]}


def exported() -> dict[str, str]:
    """Series -> kind, of every metric that the code declares."""
    found: dict[str, str] = {}
    for top in ("shared", "functions", "containers"):
        for path in (ROOT / top).rglob("*.py"):
            for kind, name in re.findall(r'\b(Counter|Info|Gauge|Family|Histogram)\(\s*"(\w+)"', path.read_text()):
                found |= {name + suffix: kind for suffix in SUFFIXES[kind]}
    return found


def documented() -> dict[str, set[str]]:
    """Metric -> labels, from the table in docs/metrics.md."""
    rows = re.findall(
        r"^\| `(fractafrag_\w+)` \| \w+ \| ([\w, ]*) ?\|", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE
    )
    return {name: set(re.findall(r"\w+", labels)) for name, labels in rows}


def dashboard() -> list[dict[str, Any]]:
    return json.loads((FILES / "dashboard.json").read_text())["panels"]


def alerts() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load((FILES / "alerts.yml").read_text())["groups"] for rule in group["rules"]]


def expressions() -> list[str]:
    panels = [target["expr"] for panel in dashboard() for target in panel.get("targets", [])]
    return panels + [rule["expr"] for rule in alerts()]


def test_every_metric_is_documented_and_none_that_is_not_there() -> None:
    names = {name for name in exported() if not name.endswith("_bucket")}
    assert documented().keys() == names
    assert all(name.startswith("fractafrag_") for name in names)


def test_dashboard_and_alerts_use_what_is_exported() -> None:
    known = exported()
    assert len(expressions()) > 10
    for expression in expressions():
        names = re.findall(r"\bfractafrag_\w+", expression)
        assert names or "up{" in expression or "process_" in expression, expression
        assert set(names) <= known.keys(), expression


def test_they_ask_for_labels_that_there_are() -> None:
    labels = documented()
    for expression in expressions():
        for name, inside in re.findall(r"\b(fractafrag_\w+)\{([^}]*)\}", expression):
            asked = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", inside))
            assert asked <= labels[name.removesuffix("_bucket")], expression


def test_the_dashboard_is_laid_out_without_overlaps() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
        assert panel["type"] == "row" or panel["datasource"]["uid"] == "${datasource}"


def test_every_alert_says_what_to_do() -> None:
    assert alerts()
    for rule in alerts():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"].keys() == {"summary", "action"}


def test_every_function_is_scraped_at_its_port() -> None:
    (job,) = yaml.safe_load((FILES / "prometheus.yml").read_text())["scrape_configs"]
    scraped = {(name, entry["port"]) for entry in job["dns_sd_configs"] for name in entry["names"]}
    assert scraped == {(item.name, item.port) for item in functions() if item.kind != "static"}


def test_the_gateway_leads_to_no_metrics() -> None:
    """Whatever is written before or after the word."""
    patterns = re.findall(r'location ~\*? "?([^"\s]+)"? \{', (ROOT / "gateway/conf/routes.conf").read_text())
    assert len(patterns) > 8
    prefixes = ("", "/api", "/api/v1", "/health", "/mcp", "/renderer", "/api/docs", "/api/v1/feed")
    for path in [f"{prefix}/metrics{ending}" for prefix in prefixes for ending in ("", "/", "//", "/health")]:
        assert not [pattern for pattern in patterns if re.search(pattern, path)], path
