"""Metrics before and after."""

from shared.metrics import REGISTRY, CollectorRegistry

Values = dict[tuple[str, ...], float]


def counted(name: str, *labels: str, registry: CollectorRegistry = REGISTRY) -> Values:
    """Label values -> value, of every series of a metric."""
    return {
        tuple(sample.labels[label] for label in labels): sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == name
    }


def difference(before: Values, after: Values) -> Values:
    return {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}
