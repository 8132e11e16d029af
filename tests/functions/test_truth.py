"""What a render's document tells of its pictures: times, sizes, facts, warnings; through HTTP and MCP."""

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from functions.render.about import read_about, read_possible, read_warnings
from functions.render.renderer import End, Facts, Output, Record, Warnings
from shared.renders.warnings import SENTENCES, Code, warning
from shared.stores.db import Database
from tests.functions.conftest import Client
from tests.functions.scripting import Make, attempt, picture, poster, row

FACTS = {"blank": False, "nan": 7, "inf": 0, "brightness": 0.4, "contrast": 0.2}
NAN = warning(Code.NAN, count=7)
SMALLER = warning(Code.SMALLER, width=320, height=180, asked_width=640, asked_height=360)
UNBOUND = warning(Code.UNBOUND_CHANNEL, where="Image", channel=2)
STILL = {"frame": 60, "time_delta": 1 / 60, "facts": FACTS, "warnings": [SMALLER, NAN]}
CLIP = {"start": 0.0, "duration": 4.0, "fps": 30.0, "steps_per_second": 30}
SKIPPED = warning(Code.STEPS_SKIPPED, steps=30)


def small(name: str = "poster", time: float = 1.0, **about: Any) -> Output:
    return poster(picture(320, 180), name=name, width=320, height=180, time=time, about=STILL | about)


def clip() -> Output:
    data = b"\0\0\0\x18ftypmp42" + bytes(64)
    about = CLIP | {"warnings": [SKIPPED, SMALLER]}
    return Output("preview", "video/mp4", 160, 90, data, None, hashlib.sha256(data).digest(), about)


def whole() -> Iterator[Record]:
    yield Warnings([UNBOUND])
    yield Facts({"brightness": 0.4, "blank": False})
    yield small()
    yield Facts({"moves": True})
    yield clip()
    yield End("done")


def read(client: Client, render: str) -> dict[str, Any]:
    return client.call("GET", f"/api/v1/renders/{render}").json


def test_every_picture_is_told_of(ann: Client, make: Make) -> None:
    render = ann.create()["render"]["id"]
    attempt(make(whole), render)
    document = read(ann, render)
    [frame] = document["frames"]
    assert frame == STILL | {
        "name": "poster",
        "time": 1.0,
        "width": 320,
        "height": 180,
        "url": document["poster_url"],
    }
    assert document["clip"] == CLIP | {"width": 160, "height": 90, "warnings": [SKIPPED, SMALLER]}
    assert document["warnings"] == [UNBOUND, SMALLER, NAN, SKIPPED], "each once, in their order"


def test_the_same_content_is_told_of_again(ann: Client, bob: Client, make: Make) -> None:
    worker = make(whole)
    first = ann.create()["render"]["id"]
    attempt(worker, first)
    second = bob.create()["render"]["id"]
    attempt(worker, second)
    one, other = read(ann, first), read(bob, second)
    assert [one[key] for key in ("frames", "clip", "warnings")] == [
        other[key] for key in ("frames", "clip", "warnings")
    ]


def test_nothing_is_ready_before_its_facts(ann: Client, make: Make, database: Database) -> None:
    seen = list[dict[str, Any]]()
    body = {"code": "void mainImage(out vec4 c, in vec2 p) { c = vec4(1); }", "times": [1, 2]}
    render = ann.call("POST", "/api/v1/renders", body).json["id"]

    def script() -> Iterator[Record]:
        yield Facts({"brightness": 0.4, "blank": False})
        yield small()
        seen.append(read(ann, render))
        yield small("frame-1", 2.0, frame=120)
        seen.append(read(ann, render))
        yield End("done")

    attempt(make(script), render)
    assert [document["status"] for document in seen] == ["rendering", "ready"]
    assert seen[1]["facets"] == {"brightness": 0.4, "blank": False}
    assert [(frame["time"], frame["frame"], frame["facts"]) for frame in seen[1]["frames"]] == [
        (1.0, 60, FACTS),
        (2.0, 120, FACTS),
    ]
    assert row(database)["warnings"] == []


def test_too_heavy_says_what_would_do(ann: Client, make: Make) -> None:
    possible = {"width": 320, "height": 180, "time": 2.5}
    render = ann.create()["render"]["id"]
    attempt(make(lambda: iter([End("failed", "too_heavy", "Too heavy.", possible=possible)])), render)
    document = read(ann, render)
    assert (document["reason"], document["possible"], document["frames"], document["clip"]) == (
        "too_heavy",
        possible,
        [],
        None,
    )


def test_what_the_renderer_tells_is_not_trusted() -> None:
    header = {"frame": 3, "time_delta": "0.5", "facts": {"nan": 2.0, "script": "<b>"}, "url": "x"}
    assert read_about(header) == {"frame": 3, "time_delta": 0.5, "facts": {"nan": 2}, "warnings": []}
    assert read_possible({"width": 320.0, "height": 180, "more": 1}) == {"width": 320, "height": 180}
    assert len(read_warnings([NAN] * 1000)) == 64
    for nonsense in ({"warnings": [{"code": "none", "message": ""}]}, {"facts": 3}, {"frame": "x"}):
        with pytest.raises((KeyError, TypeError, ValueError)):
            read_about(nonsense)


def test_every_code_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Code)
    assert orjson.loads(orjson.dumps(UNBOUND)) == {
        "code": "unbound_channel",
        "message": "Image reads iChannel2, which has no input: it reads black.",
    }
