"""Prometheus' configuration, from the manifests: containers/metrics/prometheus.yml."""

from collections.abc import Sequence

from containers.manifest import Function

_HEADER = """\
# Generated from functions/*/function.toml by `make generate`: do not edit.
# Each function by its DNS name, which resolves to all of its copies. The label `service` is that name.
global:
  scrape_interval: 15s
  evaluation_interval: 15s

rule_files: [alerts.yml]

scrape_configs:
  - job_name: fractafrag
    relabel_configs:
      - { source_labels: [__meta_dns_name], target_label: service }
    dns_sd_configs:
"""


def prometheus(items: Sequence[Function]) -> str:
    """Scrapes every function of compose.yaml's stack that has a process, grouped by port."""
    ports: dict[int, list[str]] = {}
    for item in items:
        if item.kind != "static":
            ports.setdefault(item.port, []).append(item.name)
    entries = [
        f"      - {{ names: [{', '.join(names)}], type: A, port: {port}, refresh_interval: 15s }}\n"
        for port, names in sorted(ports.items())
    ]
    return _HEADER + "".join(entries)
