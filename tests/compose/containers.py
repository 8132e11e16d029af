"""The stack in containers as the tests see it: compose, the figures of its containers, who runs in them."""

import json
import os
import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = "fractafrag-test"
SOCKET = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")


@dataclass
class Containers:
    """environment: what `make up` and compose are run with."""

    environment: dict[str, str]
    address: str
    figures: dict[str, Any] = field(default_factory=dict[str, Any])

    def make(self, target: str, ok: bool = True, **settings: str) -> "subprocess.CompletedProcess[str]":
        """`make target`, as a person runs it. Its answer is stdout, its progress stderr."""
        words = ["make", "-s", target, *(f"{name}={value}" for name, value in settings.items())]
        done = subprocess.run(
            words,
            cwd=ROOT,
            env={**self.environment, **settings},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if ok and done.returncode:
            raise AssertionError(f"{' '.join(words)}: {done.stderr[-3000:]}\n{done.stdout[-1000:]}")
        return done

    def compose(self, *arguments: str, **options: Any) -> str:
        """docker compose with compose.yaml alone, like the README's production command."""
        return self.docker("compose", "-f", "compose.yaml", *arguments, **options)

    def docker(self, *arguments: str, ok: bool = True, **options: Any) -> str:
        """What docker prints."""
        done = subprocess.run(
            ["docker", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )
        if ok and done.returncode:
            raise AssertionError(f"docker {' '.join(arguments[:6])}: {done.stderr[-3000:]}")
        return done.stdout.strip() + ("" if ok else done.stderr)

    def ids(self, service: str = "") -> list[str]:
        """The running containers of a service, or of all."""
        return self.compose("ps", "-q", *([service] if service else [])).split()

    def logs(self, service: str) -> list[str]:
        """What a service's containers have said, a line each, without compose's own colours."""
        text = self.compose("logs", "--no-log-prefix", "--no-color", service)
        return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).splitlines()

    def inside(self, service: str, *command: str, stdin: str = "", ok: bool = True) -> str:
        """What a command in a container prints."""
        return self.compose("exec", "-T", service, *command, input=stdin, ok=ok)

    def sql(self, statement: str, database: str = "fractafrag") -> str:
        """What a statement answers, a row a line."""
        return self.inside("postgres", "psql", "-U", "fracta", "-d", database, "-XAtqc", statement)

    def crash(self, service: str) -> None:
        """kill -9 of all that runs in a service's containers, as a crash does it; Docker starts them again."""
        for container in self.ids(service):
            self.docker("exec", container, "sh", "-c", "kill -9 -1", ok=False)

    def usage(self) -> tuple[float, float]:
        """(CPU-seconds since their start, bytes in use without the page cache) of all containers together."""
        with httpx.Client(transport=httpx.HTTPTransport(uds=SOCKET), base_url="http://docker", timeout=30) as engine:
            found = [
                engine.get(f"/containers/{container}/stats", params={"stream": "false", "one-shot": "true"}).json()
                for container in self.ids()
            ]
        cpu = sum(one["cpu_stats"]["cpu_usage"]["total_usage"] for one in found) / 1e9
        return cpu, sum(map(_memory, found))

    def idle(self, seconds: float = 20) -> dict[str, float]:
        """Memory and cores of a stack with nothing to do."""
        before, started = self.usage()[0], time.monotonic()
        time.sleep(seconds)
        cpu, memory = self.usage()
        return {
            "idle_mb": round(memory / 1e6),
            "idle_cores": round((cpu - before) / (time.monotonic() - started), 3),
            "containers": len(self.ids()),
        }

    def published(self, *files: str) -> list[dict[str, Any]]:
        """The ports that compose files publish: {"service", "host_ip", "published"}."""
        chosen = [part for file in files for part in ("-f", file)]
        config = json.loads(self.docker("compose", *chosen, "--profile", "*", "config", "--format", "json"))
        return [
            {"service": name, "host_ip": port.get("host_ip", ""), "published": str(port["published"])}
            for name, service in config["services"].items()
            for port in service.get("ports", [])
        ]


def _memory(stats: dict[str, Any]) -> int:
    """What processes, shared memory and the kernel hold. How much of its disk the kernel remembers depends on who read a file first."""
    used = stats["memory_stats"]
    detail = used.get("stats", {})
    cached = detail.get("file", detail.get("cache", 0)) - detail.get("shmem", 0)  # cgroup v2, v1
    return int(used.get("usage", 0)) - int(cached)
