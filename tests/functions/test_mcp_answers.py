"""Answers to agents stay within a budget, and renders end when nobody waits for them."""

import asyncio
import base64
import io
import random
from typing import Any
from uuid import UUID

import anyio
import pytest
from mcp.client import Client as McpClient
from PIL import Image

from functions.mcp import answers
from functions.mcp.answers import BUDGET, answer
from functions.mcp.app import create_server
from functions.mcp.tools import Tools
from shared.renders import operations as renders
from shared.request import Services
from shared.settings import Config
from shared.stores.db import Database
from tests.functions.conftest import Client
from tests.functions.scripting import Make, attempt, row

CODE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(1); }"


def noisy(width: int, height: int) -> bytes:
    """A picture that no format makes small."""
    file = io.BytesIO()
    Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3)).save(file, "PNG")
    return file.getvalue()


def rows(n: int, size: tuple[int, int]) -> list[dict[str, Any]]:
    return [
        {"time": float(at), "type": "image/png", "key": f"ab/{at}.png", "width": size[0], "height": size[1]}
        for at in range(n)
    ]


def wire(result: Any) -> int:
    return len(result.model_dump_json(by_alias=True))


def images(result: Any) -> list[Image.Image]:
    found = [item for item in result.content if item.type == "image"]
    return [Image.open(io.BytesIO(base64.b64decode(item.data))) for item in found]


@pytest.mark.parametrize("n", [1, 4, 16])
def test_pictures_give_way_in_size(n: int) -> None:
    data = noisy(1280, 720)
    assert len(data) > BUDGET
    result = answer({"id": "x"}, rows(n, (1280, 720)), lambda _: data)
    assert wire(result) <= BUDGET
    shown = images(result)
    assert len(shown) == n
    assert all(
        image.size[0] < 1280 and image.size[0] / image.size[1] == pytest.approx(16 / 9, rel=0.02) for image in shown
    )
    notes = result.content[-1].text.splitlines()
    assert len(notes) == n
    assert "instead of 1280x720" in notes[0]
    assert "/renders/ab/0.png" in notes[0]
    assert shown[-1].size[0] >= 100


def test_small_pictures_come_as_they_are() -> None:
    data = noisy(64, 36)
    result = answer({"id": "x"}, rows(16, (64, 36)), lambda _: data)
    assert [image.format for image in images(result)] == ["PNG"] * 16
    assert result.content[-1].type == "image", "nothing is to be said"
    assert result.structured_content == {"id": "x"}


def test_pictures_for_which_there_is_no_room_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "SMALLEST", 50_000)
    data = noisy(640, 360)
    result = answer({"code": "x" * 399_000}, rows(16, (640, 360)), lambda _: data)
    assert wire(result) <= BUDGET
    assert len(images(result)) < 16
    assert "left out" in result.content[-1].text


@pytest.mark.parametrize("text", ["x" * 524_288, '"\\\n' * 170_000, "é\U0001f600" * 100_000])
def test_long_documents_are_cut(text: str) -> None:
    result = answer({"title": "t", "project": {"passes": [{"code": text}]}})
    assert wire(result) <= BUDGET
    assert result.structured_content is None
    assert "cut after" in result.content[-1].text


def test_many_long_texts_are_cut() -> None:
    items = [{"id": n, "description": "d" * 5000} for n in range(150)]
    result = answer({"items": items, "next": None})
    assert wire(result) <= BUDGET


def ask_and_cancel(config: Config, database: Database) -> None:
    """A call that is cancelled once its render is queued."""

    async def inside() -> None:
        async with McpClient(create_server(Tools(Services(config)))) as client:
            with anyio.move_on_after(10) as scope:
                async with anyio.create_task_group() as group:
                    group.start_soon(client.call_tool, "render_shader", {"code": CODE})
                    while not _queued(database):
                        await anyio.sleep(0.02)
                    group.cancel_scope.cancel()
            assert not scope.cancelled_caught
            with anyio.fail_after(5):
                while not row(database)["settled_at"]:
                    await anyio.sleep(0.02)

    asyncio.run(inside())


def _queued(database: Database) -> bool:
    with database.transaction() as connection:
        return connection.execute("SELECT id FROM renders").fetchone() is not None


def test_a_cancelled_call_cancels_its_render(config: Config, database: Database, make: Make) -> None:
    ask_and_cancel(config, database)
    found = row(database)
    assert (found["status"], found["reason"], found["preview"]) == ("failed", "cancelled", "none")
    assert not attempt(make(), ""), "nobody draws it"


def test_what_is_done_or_saved_is_not_cancelled(ann: Client, services: Services, database: Database) -> None:
    saved = UUID(ann.create()["render"]["id"])
    done = UUID(ann.call("POST", "/api/v1/renders", {"code": CODE}).json["id"])
    ann.draw()
    again = UUID(ann.create(title="Another")["render"]["id"])
    with services.request() as request:
        for render in (saved, done, again):
            renders.cancel(request, render)
    with database.transaction() as connection:
        found = connection.execute("SELECT id, status, reason FROM renders").fetchall()
    assert {(item["id"], item["status"], item["reason"]) for item in found} == {
        (saved, "ready", None),
        (done, "ready", None),
        (again, "queued", None),
    }
