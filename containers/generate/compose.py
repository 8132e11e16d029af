"""The marked regions of the compose files, from the manifests.

compose.yaml runs a container for every function, compose.override.yaml puts the sources into them for development,
compose.compact.yaml runs all HTTP functions in one container.
"""

from collections.abc import Sequence

from containers.manifest import NEEDS, Function

_CONDITIONS = {
    "postgres": "service_healthy",
    "migrate": "service_completed_successfully",
    "redis": "service_healthy",
}
# The ports of development that are not the function's own; the gateway's and the stores' are in the file itself.
_DEVELOPMENT_PORTS = {"mcp": 3200}
_NETWORKS = {"renderer": "rendering", "storage": "storage"}


def of_image(items: Sequence[Function]) -> list[Function]:
    """The functions that share one image; the renderer and the site have images of their own."""
    return [item for item in items if item.kind != "static" and item.name != "renderer"]


def http(items: Sequence[Function]) -> list[Function]:
    """The functions that one container can run together: those of the API."""
    return [item for item in items if item.public]


def _needs(needs: set[str], *, settings: bool = True) -> str:
    """The environment, start order, networks and volumes of a service with these needs."""
    before = [name for name in _CONDITIONS if name in needs or (name == "migrate" and "postgres" in needs)]
    depends = "".join(f"      {name}: {{ condition: {_CONDITIONS[name]} }}\n" for name in before)
    networks = ["inside", *(network for need, network in _NETWORKS.items() if need in needs)]
    environments = ["*environment", *(f"*needs-{need}" for need in NEEDS if need in needs)]
    return (
        (f"    environment: {{ <<: [{', '.join(environments)}] }}\n" if settings else "")
        + (f"    depends_on:\n{depends}" if depends else "")
        + (f"    networks: [{', '.join(networks)}]\n" if len(networks) > 1 else "")
        + ("    volumes: [renders:/renders]\n" if "storage" in needs else "")
    )


def _service(item: Function) -> str:
    return (
        f"  {item.name}:\n"
        f"    <<: *function\n"
        f"    build: {{ <<: *function-build, args: {{ <<: *bases, FUNCTION: {item.name} }} }}\n"
        f"    image: fractafrag/{item.name}:${{TAG:-latest}}\n"
        f"    command: [python, -m, containers.runtime.serve, {item.name}]\n"
        + _needs(set(item.needs))
        + f"    deploy: {{ replicas: {item.scale}, resources: {{ limits: {{ memory: {item.memory}, pids: 128 }} }} }}\n"
    )


def services(items: Sequence[Function]) -> str:
    """compose.yaml: the services that are functions."""
    return "".join(map(_service, of_image(items)))


def _reloading(item: Function) -> str:
    port = _DEVELOPMENT_PORTS.get(item.name)
    published = f', ports: ["127.0.0.1:{port}:{item.port}"], networks: [development]' if port else ""
    return f"  {item.name}: {{ <<: *sources, command: [python, -m, containers.runtime.reload, containers.runtime.serve, {item.name}]{published} }}\n"


def reloading(items: Sequence[Function]) -> str:
    """compose.override.yaml: the same services from mounted sources, restarted when these change."""
    return "".join(map(_reloading, of_image(items)))


def compact(items: Sequence[Function]) -> str:
    """compose.compact.yaml: one service `api` in place of all HTTP functions."""
    together = http(items)
    return (
        "  api:\n"
        "    extends: { file: compose.yaml, service: renders }\n"
        f'    command: [python, -m, containers.runtime.serve, "{",".join(item.name for item in together)}"]\n'
        + _needs({need for item in together for need in item.needs}, settings=False)
        + "    deploy: { resources: { limits: { memory: 512m, pids: 256 } } }\n"
        + "".join(f"  {item.name}: !reset null\n" for item in together)
    )
