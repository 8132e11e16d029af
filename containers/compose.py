"""The marked region of compose.yaml, from the manifests."""

import re
from collections.abc import Sequence

from containers.manifest import Function

_REGION = re.compile(r"(  # <functions>[^\n]*\n).*?(  # </functions>)", re.DOTALL)


def _service(item: Function) -> str:
    command = "work" if item.kind == "worker" else "serve"
    conditions = {
        "postgres": "service_healthy",
        "migrate": "service_completed_successfully",
        "redis": "service_healthy",
    }
    needs = [name for name in conditions if name in item.needs or (name == "migrate" and "postgres" in item.needs)]
    depends = "".join(f"      {name}: {{ condition: {conditions[name]} }}\n" for name in needs)
    volumes = "    volumes: [renders:/renders]\n" if "storage" in item.needs else ""
    health = "" if command == "work" or item.kind == "service" else "    healthcheck: *function-health\n"
    return (
        f"  {item.name}:\n"
        f"    <<: *function\n"
        f"    build: {{ <<: *function-build, args: {{ <<: *bases, FUNCTION: {item.name} }} }}\n"
        f"    image: fractafrag/{item.name}\n"
        f"    command: [python, -m, containers.{command}, {item.name}]\n"
        + (f"    depends_on:\n{depends}" if depends else "")
        + volumes
        + health
        + f"    deploy: {{ replicas: {item.scale}, resources: {{ limits: {{ memory: {item.memory} }} }} }}\n"
    )


def compose_region(items: Sequence[Function]) -> str:
    """The services of compose.yaml that are functions; the renderer and the site have images of their own."""
    return "".join(_service(item) for item in items if item.kind != "static" and item.name != "renderer")


def compose(text: str, items: Sequence[Function]) -> str:
    """compose.yaml with its marked region written anew."""
    return _REGION.sub(lambda match: match[1] + compose_region(items) + match[2], text)
