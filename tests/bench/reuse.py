"""Whether browsers that serve again draw the same: all starters in random orders by one owner, beside fresh browsers.

    python -m tests.bench.reuse [orders]

Prints a line for every picture or clip that differs, and how long an agent's looks at one shader take; exits with 1 when
anything differs. Three orders by default.
"""

import asyncio
import hashlib
import random
import sys
import time
from statistics import median
from typing import Any

from functions.renderer.cli.local_renderer import configure_log
from functions.renderer.drawing.job import Job
from functions.renderer.plan.fit import Fit
from shared.renders.plan import Plan, Still, publication
from tests.bench.render.inputs import STARTERS, Shader, read_shaders
from tests.bench.render.progress import tell
from tests.bench.render.renderer import Done, Service

BROWSERS = 2
DEADLINE = 8.0
TIMES = [0.7 * number for number in range(10)]
SIZES = ((512, 288), (512, 512), (256, 144))
LIGHT = """
void mainImage(out vec4 c, in vec2 p)
{
    vec2 u = (2.0 * p - iResolution.xy) / iResolution.y;
    vec3 sum = vec3(0.0);
    for (int i = 0; i < 4; i++) {
        u = fract(u * 1.5) - 0.5;
        float ring = abs(sin(length(u) * 8.0 + iTime) / 8.0);
        sum += (0.5 + 0.5 * cos(6.283 * (vec3(0.0, 0.33, 0.67) + length(u) + iTime))) * pow(0.01 / ring, 1.2);
    }
    c = vec4(sum, 1.0);
}
"""


def digests(done: Done) -> dict[str, str]:
    """Output -> SHA-256."""
    return {name: hashlib.sha256(output.data).hexdigest() for name, output in done.outputs.items()}


async def draw(service: Service, shader: Shader, owner: str, fit: Fit | None) -> Done:
    """Poster and preview."""
    async with service.pool.lease(owner) as browser:
        job = Job(shader.project, publication(shader.project, DEADLINE), DEADLINE, fit)
        return await service.render(shader.name, browser, job)


async def compare(service: Service, shaders: list[Shader], orders: int) -> int:
    """Prints what differs; how much that was."""
    alone = {shader.name: await draw(service, shader, "", None) for shader in shaders}
    tell(f"{len(alone)} starters drawn in fresh browsers")
    differing = 0
    for number in range(orders):
        order = random.Random(number).sample(shaders, len(shaders))
        for shader in order:
            fresh = alone[shader.name]
            again = await draw(service, shader, "somebody", fresh.fit)
            for name in sorted(digests(fresh).keys() | digests(again).keys()):
                if digests(fresh).get(name) != digests(again).get(name):
                    differing += 1
                    print(f"order {number + 1}: {shader.name}: another {name}")
        tell(f"order {number + 1} of {orders} drawn")
    print(f"{differing} outputs of {orders} x {len(alone)} starters differ")
    return differing


async def look(service: Service) -> None:
    """Times an agent's looks at one light shader: ten times, three sizes."""
    project: dict[str, Any] = {"passes": [{"type": "image", "code": LIGHT, "inputs": []}]}
    seconds = list[float]()
    for at, size in ((at, size) for size in SIZES for at in TIMES):
        began = time.monotonic()
        await service.run("light", project, Plan((Still("look", at, *size, "webp"),)), "an agent")
        seconds.append(time.monotonic() - began)
    print(f"looks at one shader: first {seconds[0]:.3f} s, from the second on p50 {median(seconds[1:]):.3f} s")


async def main(orders: int) -> int:
    """Both parts."""
    async with Service(BROWSERS, DEADLINE) as service:
        await look(service)
        return await compare(service, read_shaders(STARTERS), orders)


if __name__ == "__main__":
    configure_log()
    sys.exit(1 if asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)) else 0)
