"""Printed manifests as a cluster would see them: what runs, what it is given, and who may speak to whom."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import jsonschema
import kubernetes_validate

Object = dict[str, Any]
VERSION = kubernetes_validate.latest_version()
TEXT, NUMBER = {"type": "string"}, {"type": "integer", "minimum": 1}


def _shape(**properties: Any) -> Object:
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_TRIGGER = _shape(
    type={"const": "postgresql"},
    metadata=_shape(query=TEXT, targetQueryValue={"type": "string", "pattern": r"^\d+$"}),
    authenticationRef=_shape(name=TEXT),
)
CUSTOM = {
    "ScaledObject": _shape(
        scaleTargetRef=_shape(name=TEXT),
        minReplicaCount=NUMBER,
        maxReplicaCount=NUMBER,
        fallback=_shape(failureThreshold=NUMBER, replicas=NUMBER),
        triggers={"type": "array", "items": _TRIGGER, "minItems": 1},
    ),
    "TriggerAuthentication": _shape(
        secretTargetRef={"type": "array", "items": _shape(parameter={"const": "connection"}, name=TEXT, key=TEXT)}
    ),
}
"""By hand, from KEDA's reference of ScaledObject and of its postgresql scaler: there are no schemas of CRDs."""
KNATIVE_FIELDS = {"containers", "volumes", "automountServiceAccountToken", "enableServiceLinks"}
"""What Knative takes of a pod without its feature flags, by its fieldmask.go."""
KNATIVE_REFUSES = {"startupProbe", "lifecycle"}


def validate(item: Object) -> None:
    """Raises ValidationError or AssertionError."""
    if item["kind"] in CUSTOM:
        jsonschema.validate(item["spec"], CUSTOM[item["kind"]])
    elif item["apiVersion"] == "serving.knative.dev/v1":
        _validate_knative(item["spec"]["template"]["spec"])
    else:
        kubernetes_validate.validate(item, VERSION, strict=True)


def _validate_knative(spec: Object) -> None:
    """Its pod is an ordinary one, but for two fields that it has more and those that it has not."""
    pod = {name: value for name, value in spec.items() if name in KNATIVE_FIELDS}
    assert spec.keys() - KNATIVE_FIELDS == {"containerConcurrency", "timeoutSeconds"}
    (container,) = spec["containers"]
    assert not container.keys() & KNATIVE_REFUSES
    assert container["ports"] == [{"containerPort": 8000}]  # a name would have to be http1 or h2c
    kubernetes_validate.validate({"apiVersion": "v1", "kind": "Pod", "spec": pod}, VERSION, strict=True)


class Cluster:
    """All objects of one printing."""

    def __init__(self, objects: list[Object]):
        self.objects = objects

    def of(self, kind: str) -> list[Object]:
        return [item for item in self.objects if item["kind"] == kind]

    def find(self, kind: str, name: str) -> Object | None:
        return next((item for item in self.of(kind) if item["metadata"]["name"] == name), None)

    def one(self, kind: str, name: str) -> Object:
        found = self.find(kind, name)
        assert found, f"there is no {kind} {name}"
        return found

    @cached_property
    def workloads(self) -> dict[str, Object]:
        """Everything with a pod template, by the name that its pods have."""
        found = [item for item in self.objects if "template" in item.get("spec", {})]
        return {item["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"]: item for item in found}

    @cached_property
    def pods(self) -> dict[str, Object]:
        return {name: item["spec"]["template"]["spec"] for name, item in self.workloads.items()}

    @cached_property
    def labels(self) -> dict[str, Object]:
        return {name: item["spec"]["template"]["metadata"]["labels"] for name, item in self.workloads.items()}

    @cached_property
    def hosts(self) -> set[str]:
        """Names that answer, Knative's among them."""
        return {item["metadata"]["name"] for item in self.of("Service")}

    def bounds(self, name: str) -> tuple[int, int]:
        """How many run at least and at most."""
        cpu, depth = self.find("HorizontalPodAutoscaler", name), self.find("ScaledObject", name)
        if cpu:
            return cpu["spec"]["minReplicas"], cpu["spec"]["maxReplicas"]
        if depth:
            return depth["spec"]["minReplicaCount"], depth["spec"]["maxReplicaCount"]
        knative = self.workloads[name]["spec"]["template"]["metadata"].get("annotations", {})
        if "autoscaling.knative.dev/max-scale" in knative:
            return 0, int(knative["autoscaling.knative.dev/max-scale"])
        replicas = self.workloads[name]["spec"]["replicas"]
        return replicas, replicas

    def containers(self, name: str) -> list[Object]:
        return [*self.pods[name].get("initContainers", []), *self.pods[name]["containers"]]

    def _references(self, kind: str) -> Iterator[Object]:
        for name in self.pods:
            for container in self.containers(name):
                yield from (v["valueFrom"][kind] for v in container["env"] if kind in v.get("valueFrom", {}))

    def secrets(self) -> set[tuple[str, str]]:
        """Names and keys of what has to be in the Secret."""
        found = {(reference["name"], reference["key"]) for reference in self._references("secretKeyRef")}
        return found | {
            (t["name"], t["key"]) for i in self.of("TriggerAuthentication") for t in i["spec"]["secretTargetRef"]
        }

    def configured(self) -> set[tuple[str, str]]:
        return {(reference["name"], reference["key"]) for reference in self._references("configMapKeyRef")}

    def environment(self, name: str, secret: str) -> dict[str, str]:
        """What the process sees, with the same secret everywhere."""
        data = self.one("ConfigMap", "fractafrag")["data"]
        found = {}
        for variable in self.pods[name]["containers"][0]["env"]:
            source = variable.get("valueFrom", {})
            plain = variable.get("value", secret)
            found[variable["name"]] = data[source["configMapKeyRef"]["key"]] if "configMapKeyRef" in source else plain
        return found

    def found(self, wanted: Object) -> set[str]:
        """The pods that have these labels."""
        return {name for name, labels in self.labels.items() if wanted.items() <= labels.items()}

    def selectors(self) -> list[Object]:
        """Whatever finds pods by labels: Services, budgets, policies and their peers."""
        policies = [item["spec"] for item in self.of("NetworkPolicy")]
        rules = [rule for spec in policies for way in ("ingress", "egress") for rule in spec.get(way, [])]
        peers = [peer for rule in rules for peer in [*rule.get("to", []), *rule.get("from", [])]]
        own = [peer for peer in [*policies, *peers] if "podSelector" in peer and "namespaceSelector" not in peer]
        return [
            *(item["spec"]["selector"] for item in self.of("Service") if item["apiVersion"] == "v1"),
            *(item["spec"]["selector"]["matchLabels"] for item in self.of("PodDisruptionBudget")),
            *(peer["podSelector"]["matchLabels"] for peer in own),
        ]

    def rules(self, name: str, way: str) -> list[Object]:
        """What is allowed a pod; way: ingress or egress. Asserts that something denies the rest."""
        specs = [item["spec"] for item in self.of("NetworkPolicy")]
        mine = [
            s for s in specs if way.title() in s["policyTypes"] and name in self.found(s["podSelector"]["matchLabels"])
        ]
        assert mine, f"{name} is open"
        return [rule for spec in mine for rule in spec.get(way, [])]

    def may_call(self, one: str, other: str, port: int) -> bool:
        """Whether a pod may open a connection to another of ours."""
        return self._allowed(one, "egress", "to", other, port) and self._allowed(other, "ingress", "from", one, port)

    def _allowed(self, name: str, way: str, word: str, other: str, port: int) -> bool:
        return any(
            port in {entry["port"] for entry in rule.get("ports", [{"port": port}])}
            and (word not in rule or any(self._is(peer, other) for peer in rule[word]))
            for rule in self.rules(name, way)
        )

    def _is(self, peer: Object, name: str) -> bool:
        ours = "podSelector" in peer and "namespaceSelector" not in peer
        return ours and name in self.found(peer["podSelector"]["matchLabels"])

    def may_leave(self, name: str, port: int) -> bool:
        """Whether a pod may open a connection to anywhere outside."""
        rules = [
            rule for rule in self.rules(name, "egress") if port in {entry["port"] for entry in rule.get("ports", [])}
        ]
        return any(peer.get("ipBlock", {}).get("cidr") == "0.0.0.0/0" for rule in rules for peer in rule["to"])
