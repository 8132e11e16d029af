"""A browser serves the clean jobs of one owner: nobody else's, and nothing of one job is in the next."""

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from functions.renderer.cli.sources import read_sources
from tests.renderer.rendering import GOOD, HEAVY, POSTER, PREVIEW, ROOT, SMALL, Service, image, project, until
from tests.renderer.test_metrics import exported, logged

FULL = project(
    "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0, 0.7, 0.3, 1.0) + textureLod(iChannel0, p / iResolution.xy, 2.0) * 1e-9; }",
    {
        "type": "buffer",
        "name": "A",
        "code": "void mainImage(out vec4 c, in vec2 p) { c = vec4(iFrame + 1); }",
        "inputs": [],
    },
    inputs=[{"channel": 0, "kind": "buffer", "source": "A", "sampler": {"filter": "mipmap"}}],
)
"""Writes something into everything that there is: buffers with their mipmaps, every pixel, alpha too."""
READERS = {
    "variables never written": image("vec4 v; float a[64]; c = v + vec4(a[int(p.x)], a[int(p.y)], 0.0, 1.0);"),
    "an array out of range": image("float a[4]; a[0] = 0.0; c = vec4(a[int(p.x) * 1000], a[int(p.x) - 9], a[3], 1.0);"),
    "absent channels": image("c = texture(iChannel0, p / iResolution.xy) + texelFetch(iChannel3, ivec2(p) * 99, 3);"),
    "a colour never written": project("void mainImage(out vec4 c, in vec2 p) { if (p.x < -1.0) c = vec4(1.0); }"),
    "a discarded image": image("if (p.x > 9.0) discard; c = vec4(0.2, 0.3, 0.4, 1.0);"),
    "a buffer before its first frame": project(
        "void mainImage(out vec4 c, in vec2 p) { c = texelFetch(iChannel0, ivec2(p), 0) + textureLod(iChannel0, p, 5.0); }",
        {
            "type": "buffer",
            "name": "A",
            "code": "void mainImage(out vec4 c, in vec2 p) { c = texelFetch(iChannel0, ivec2(p), 0); }",
            "inputs": [{"channel": 0, "kind": "buffer", "source": "A"}],
        },
        inputs=[{"channel": 0, "kind": "buffer", "source": "A", "sampler": {"filter": "mipmap"}}],
    ),
    "a texture out of range": project(
        "void mainImage(out vec4 c, in vec2 p) { c = texelFetch(iChannel0, ivec2(p) * 4096 - 9, 9); }",
        inputs=[{"channel": 0, "kind": "texture", "source": "wood"}],
    ),
}
"""Shaders that show what a job before them left, if it left anything."""


def digests(made: dict[str, Any]) -> dict[str, str]:
    return {name: hashlib.sha256(record["data"]).hexdigest() for name, record in made.items() if record["data"]}


def jobs_of(service: Service) -> list[dict[str, Any]]:
    """What the log says of each job: browser, owner, its number in that browser."""
    return [line for line in logged(service) if line["event"] == "rendered"]


@pytest.fixture
def own(own_service: Callable[..., Service]) -> Service:
    """A renderer of one test alone."""
    return own_service()


def test_one_owners_clean_jobs_share_a_browser_and_nobody_elses(own: Service) -> None:
    for owner in ("ann", "ann", "bob", "ann", "bob", "", ""):
        assert own.render(GOOD, SMALL, owner=owner)["end"]["status"] == "done"
    of = defaultdict[str, list[int]](list)
    for job in jobs_of(own):
        of[job["owner"]].append(job["browser"])
    assert len(set(of["ann"])) == 1
    assert not set(of["ann"]) & {*of["bob"], *of[""]}
    assert len(set(of[""])) == 2
    saved = exported(own)["fractafrag_browser_starts_saved_total"]
    assert saved == len([job for job in jobs_of(own) if job["job"] > 1]) >= 2


def test_compile_errors_are_clean_and_other_ends_are_not(own_service: Callable[..., Service]) -> None:
    service = own_service(RENDERER_BROWSERS="1", MAX_RENDER_DURATION="2")
    unclean = {
        "deadline": HEAVY,
        "endless": image("for (int i = 0; i < 9;) c += p.xyxy;"),
        "long loops": image("float a = 0.0; for (int i = 0; i < 90000; i++) a += 1e-5; c = vec4(a);"),
    }
    service.render(image("c = nonsense;"), SMALL, owner="ann")
    for document in unclean.values():
        service.render(GOOD, SMALL, owner="ann")
        service.render(document, {"stills": [POSTER], "clip": None}, owner="ann")
    jobs = jobs_of(service)
    assert [job["job"] for job in jobs] == [1, 2, 3, 1, 2, 1, 2], jobs
    until(lambda: exported(service)['fractafrag_browser_ends_total{reason="unclean"}'] == 3, 5, "all three are counted")


def test_a_browser_ends_when_it_is_used_up(own_service: Callable[..., Service]) -> None:
    service = own_service(RENDERER_BROWSERS="1", RENDERER_REUSE="3")
    for _ in range(7):
        service.render(GOOD, SMALL, owner="ann")
    assert [job["job"] for job in jobs_of(service)] == [1, 2, 3, 1, 2, 3, 1]
    until(lambda: exported(service)['fractafrag_browser_ends_total{reason="used_up"}'] == 2, 5, "two were used up")
    assert exported(service)["fractafrag_browser_jobs_sum"] == 6


def test_nothing_of_a_job_is_in_the_next(own: Service) -> None:
    plan = {"stills": [{**POSTER, "width": 320, "height": 180, "format": "png"}], "clip": None}
    alone = {name: digests(own.render(reader, plan)) for name, reader in READERS.items()}
    filled = digests(own.render(FULL, plan, owner="ann"))
    for name, reader in READERS.items():
        assert digests(own.render(reader, plan, owner="ann")) == alone[name], name
        assert digests(own.render(FULL, plan, owner="ann")) == filled
    assert {job["browser"] for job in jobs_of(own)[-len(READERS) :]} == {jobs_of(own)[-1]["browser"]}
    assert jobs_of(own)[-1]["job"] > len(READERS)


def test_the_same_bytes_as_from_fresh_browsers(service: Service) -> None:
    """Of a few starters; `python -m tests.bench.reuse` draws all of them."""
    names = ("coral-reaction", "julia-bloom", "rose-window")
    projects = {
        source.name: source.project for source in read_sources([str(ROOT / "db/seed" / name) for name in names])
    }
    plan = {
        "stills": [{**POSTER, "width": 320, "height": 180}],
        "clip": {**PREVIEW, "width": 160, "height": 90, "duration": 0.5},
    }
    alone = {name: service.render(document, plan) for name, document in projects.items()}
    order = [*projects] * 2
    random.Random(4).shuffle(order)
    for name in order:
        again = service.render(projects[name], plan, fit=alone[name]["fit"]["fit"], owner="ann")
        assert digests(again) == digests(alone[name]), name


def test_params_and_times_of_the_job_before_do_not_stay(own: Service) -> None:
    """The program is the same one; what it is told is not."""
    code = "void mainImage(out vec4 c, in vec2 p) { c = vec4(tint.rgb * (0.5 + 0.5 * sin(iTime)), 1.0); }"

    def document(*colour: float) -> dict[str, Any]:
        param = {"name": "tint", "type": "color", "default": [*colour]}
        return {**project(code), "params": [param]}

    def plan(time: float) -> dict[str, Any]:
        return {"stills": [{**SMALL["stills"][0], "time": time, "format": "png"}], "clip": None}

    asked = [((1.0, 0.0, 0.0), 1.0), ((0.0, 1.0, 0.0), 1.0), ((1.0, 0.0, 0.0), 2.0), ((1.0, 0.0, 0.0), 1.0)]
    alone = [digests(own.render(document(*colour), plan(time))) for colour, time in asked]
    kept = [digests(own.render(document(*colour), plan(time), owner="ann")) for colour, time in asked]
    assert kept == alone
    assert len({json.dumps(item) for item in kept}) == 3
