"""The renderer reaches nothing and knows nothing; its Chromium is in a sandbox of its own."""

import json
import re
import subprocess

import pytest

from tests.compose.containers import PROJECT, Containers

REACH = """
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor
def reach(target):
    try:
        socket.create_connection(tuple(target), 2).close()
        return True
    except OSError:
        return False
targets = json.loads(sys.argv[1])
with ThreadPoolExecutor(len(targets)) as pool:  # a name that nobody knows takes its time
    print(json.dumps([target for target, reached in zip(targets, pool.map(reach, targets)) if reached]))
"""

SANDBOX = """
import json, os
from pathlib import Path
found = []
for folder in Path("/proc").glob("[0-9]*"):
    try:
        words = (folder / "cmdline").read_bytes().replace(b"\\0", b" ").decode()
        status = (folder / "status").read_text()
        found.append([words, os.readlink(folder / "ns/user"), os.readlink(folder / "ns/net"), status])
    except OSError:
        continue
print(json.dumps(found))
"""


def processes(stack: Containers) -> list[tuple[str, str, str, dict[str, str]]]:
    """(command line, user namespace, network namespace, status) of every process in the renderer's container."""
    found = json.loads(stack.inside("renderer", "python", "-c", SANDBOX))
    return [(words, user, net, dict(re.findall(r"^(\w+):\s*(.*)$", text, re.M))) for words, user, net, text in found]


def test_chromium_is_in_its_sandbox(stack: Containers) -> None:
    found = processes(stack)
    service = next(
        user
        for words, user, _, _ in found
        if "containers.runtime.serve renderer" in words and "docker-init" not in words
    )
    pages = [entry for entry in found if "--type=renderer" in entry[0]]
    assert pages
    for words, user, _, status in pages:
        assert user != service, f"{words} has no user namespace of its own"
        assert status["Seccomp"] == "2"
        assert int(status["Seccomp_filters"]) >= 2, "Chromium's own filter is missing over the container's"
    for _, _, _, status in found:
        assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
        assert status["Uid"].split()[0] == "10001"
        assert not any("--no-sandbox" in words for words, _, _, _ in found)


def test_no_browser_has_a_network(stack: Containers) -> None:
    found = processes(stack)
    service = next(net for words, _, net, _ in found if "containers.runtime.serve renderer" in words)
    for words, _, net, _ in found:
        if "--type=" in words:
            assert net != service, words


def test_the_renderer_reaches_nothing(stack: Containers) -> None:
    """Neither this machine by any of its addresses, nor another part, nor the world."""
    stores = [
        [_address(stack, name), port]
        for name, port in (("postgres", 5432), ("redis", 6379), ("gateway", 80), ("shaders", 8000))
    ]
    names = [["postgres", 5432], ["redis", 6379], ["gateway", 80], ["shaders", 8000], ["render", 8000]]
    port = int(stack.environment["HTTP_PORT"])
    host = [[address, port] for address in [*_own_addresses(), "host.docker.internal"]]
    outside = [["192.0.2.1", 80], ["example.org", 80]]
    bridges = [[gateway, int(port)] for gateway in _gateways(stack)]
    targets = json.dumps([*stores, *names, *host, *outside, *bridges])
    assert json.loads(stack.inside("renderer", "python", "-c", REACH, targets)) == []
    # The same question is answered otherwise where there is a way.
    assert json.loads(stack.inside("render", "python", "-c", REACH, '[["postgres", 5432]]')) == [["postgres", 5432]]


def _address(stack: Containers, service: str) -> str:
    (container, *_) = stack.ids(service)
    return stack.docker(
        "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}", container
    ).split()[0]


def _own_addresses() -> list[str]:
    """This machine's, Docker's usual bridge among them."""
    listed = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True).stdout.split()
    return [*(address for address in listed if ":" not in address), "172.17.0.1"]


def _gateways(stack: Containers) -> list[str]:
    """What the renderer's networks call their gateway."""
    (container,) = stack.ids("renderer")
    found = stack.docker("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.Gateway}} {{end}}", container)
    return found.split()


def test_functions_do_not_reach_the_world(stack: Containers) -> None:
    """Not even this machine, where something answers: a container on the gateway's network gets there."""
    port = int(stack.environment["HTTP_PORT"])
    targets = json.dumps([[address, port] for address in _own_addresses()])
    image, network = f"fractafrag/shaders:{stack.environment['TAG']}", f"{PROJECT}_outside"
    control = stack.docker("run", "--rm", "--network", network, image, "python", "-c", REACH, targets)
    assert json.loads(control) != []
    assert json.loads(stack.inside("shaders", "python", "-c", REACH, targets)) == []


def test_the_renderer_holds_no_secret(stack: Containers) -> None:
    environment = stack.inside("renderer", "sh", "-c", "cat /proc/*/environ | tr '\\0' '\\n'")
    for name in ("POSTGRES_PASSWORD", "SECRET_KEY"):
        assert stack.environment[name] not in environment
    for name in ("DATABASE_URL", "REDIS_URL", "AWS_", "SECRET_KEY", "STORAGE_URL"):
        assert name not in environment
    assert "No such file" in stack.inside("renderer", "ls", "/renders", ok=False)


CANARY = """
import asyncio, json, sys
from pathlib import Path
from functions.renderer.chromium.pool import Pool
from functions.renderer.page.assets import load_site
from functions.renderer.settings import read_settings

async def main():
    pool = Pool(read_settings({"RENDERER_SANDBOX": "on", "RENDERER_BROWSERS": "1"}), load_site())
    await pool.start()
    async with pool.lease() as browser:
        script = '''async (targets) => {
            const reached = [];
            for (const target of targets) {
                try { await fetch(target, {mode: "no-cors", signal: AbortSignal.timeout(700)}); reached.push(target); } catch (error) {}
                await new Promise((done) => { const image = new Image(); image.onload = () => { reached.push(target); done(); }; image.onerror = done; setTimeout(done, 500); image.src = target; });
            }
            try { const socket = new WebSocket("ws://172.17.0.1/"); await new Promise((done) => { socket.onopen = () => { reached.push("ws"); done(); }; socket.onerror = done; setTimeout(done, 1000); }); } catch (error) {}
            return reached;
        }'''
        print(json.dumps(await browser._page.evaluate(script, json.loads(sys.argv[1]))))
    await pool.stop()

asyncio.run(main())
"""


@pytest.mark.parametrize("kind", ["network", "files"])
def test_a_page_reaches_nothing(stack: Containers, kind: str) -> None:
    """Canaries, out of the very page that shaders are drawn in."""
    port = stack.environment["HTTP_PORT"]
    hosts = [*_own_addresses(), _address(stack, "gateway"), _address(stack, "renderer"), "127.0.0.1", "gateway"]
    targets = {
        "network": [f"http://{host}:{port}/health" for host in hosts]
        + ["http://127.0.0.1:3100/health", "http://192.0.2.1/"],
        "files": ["file:///etc/passwd", "file:///app/shared/settings.py", "file:///proc/self/environ"],
    }[kind]
    answer = stack.inside("renderer", "python", "-c", CANARY, json.dumps(targets))
    assert json.loads(answer.splitlines()[-1]) == []
