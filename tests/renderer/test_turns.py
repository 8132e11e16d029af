"""Who draws next."""

import asyncio
from collections.abc import Callable

import pytest

from functions.renderer.chromium.turns import Turns
from tests.renderer.rendering import Service, image, run
from tests.renderer.test_reuse import jobs_of


async def settle() -> None:
    """Lets every task go as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_owners_with_fewer_at_work_come_first_and_then_who_waited_longest() -> None:
    async def go() -> list[str]:
        turns, begun = Turns(2), list[str]()

        async def job(owner: str) -> None:
            await turns.take(owner)
            begun.append(owner)

        tasks = [asyncio.create_task(job(owner)) for owner in ("a", "a", "a", "a", "b", "c", "b")]
        await settle()
        for owner in ("a", "a", "b", "c", "a"):
            turns.give_back(owner)
            await settle()
        await asyncio.gather(*tasks)
        return begun

    assert run(go()) == ["a", "a", "b", "a", "c", "b", "a"]


def test_who_leaves_takes_no_turn() -> None:
    async def go() -> int:
        turns = Turns(1)
        await turns.take("a")
        waiting = [asyncio.create_task(turns.take("b")) for _ in range(3)]
        await settle()
        waiting[0].cancel()
        turns.give_back("a")  # while the cancelled one has not gone yet
        waiting[1].cancel()  # which has just been given the turn
        await settle()
        assert waiting[2].done()
        turns.give_back("b")
        return turns.free

    assert run(go()) == 1


@pytest.mark.parametrize("owners", [["ann"], ["ann", "bob"]])
def test_a_burst_keeps_every_browser_busy(own_service: Callable[..., Service], owners: list[str]) -> None:
    """Ten jobs of one owner, or of two by turns, in two browsers, of which each owner keeps one."""
    service = own_service()
    plan = {"stills": [{"name": "a", "time": 1.0, "width": 640, "height": 360, "format": "webp"}], "clip": None}
    sources = [image(f"c = vec4(fract(p * 0.0{n}1), 0.{n}, 1.0);") for n in range(1, 11)]

    async def go() -> None:
        renders = [
            asyncio.to_thread(service.render, source, plan, owner=owners[n % len(owners)])
            for n, source in enumerate(sources)
        ]
        await asyncio.gather(*renders)

    run(go())
    jobs = jobs_of(service)
    assert len({job["browser"] for job in jobs}) <= 3
    for owner in owners:
        assert {
            job["owner"] for job in jobs if job["browser"] in {j["browser"] for j in jobs if j["owner"] == owner}
        } == {owner}
