"""Who gets which browser, with browsers that only pretend: races that a real one would show once in a while."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from functions.renderer.chromium import pool as pool_module
from functions.renderer.chromium.browser import Browser
from functions.renderer.chromium.pool import Pool, QueueFull
from functions.renderer.chromium.site import Site
from functions.renderer.settings import Settings
from tests.renderer.rendering import run


class Pretended(Browser):
    """Answers after a moment, or as it is told to."""

    def __init__(self, number: int) -> None:
        super().__init__(Path(str(number)))
        self.info = {"drawn": True}
        self.killed = False
        self.trouble: dict[str, Exception | float] = {}

    async def answers(self, function: str, seconds: float) -> bool:
        trouble = self.trouble.get(function, 0.01)
        if isinstance(trouble, Exception):
            raise trouble
        await asyncio.sleep(trouble)
        return not self.lost.is_set()

    def kill(self) -> None:
        self.killed = True
        super().kill()


class Starter:
    """Starts pretended browsers."""

    failures = 0
    made = 0

    def __init__(self, *_: Any) -> None:
        self.all = list[Pretended]()

    async def next(self) -> Browser:
        await asyncio.sleep(0.01)
        self.all.append(Pretended(len(self.all) + 1))
        return self.all[-1]

    first = next

    async def stop(self) -> None:
        pass


@pytest.fixture
def with_pool(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs a test with a pool of two; afterwards every turn is free, and no browser is left."""
    monkeypatch.setattr(pool_module, "Starter", Starter)
    monkeypatch.setattr(pool_module, "PAUSE_SECONDS", 0.05)

    def go(test: Callable[[Pool, Any], Awaitable[None]], **settings: Any) -> None:
        async def inside() -> None:
            pool = Pool(Settings(browsers=2, **settings), Site({}))
            await pool.start()
            starter: Any = pool._starter
            await ready(pool)
            async with asyncio.timeout(10):
                await test(pool, starter)
                await ready(pool)
            assert (pool._turns.free, pool.busy, pool.waiting, pool._lacking) == (2, 0, 0, 0)
            await pool.stop()
            assert all(browser.killed for browser in starter.all)

        run(inside())

    return go


async def ready(pool: Pool) -> None:
    while pool.idle < 2 or pool._turns.free < 2:
        await asyncio.sleep(0.01)


async def job(pool: Pool, owner: str, seconds: float = 0.02, clean: bool = True) -> Any:
    async with pool.lease(owner) as browser:
        await asyncio.sleep(seconds)
        browser.clean = clean
        return browser


@pytest.mark.parametrize("resting", [True, False])
def test_who_leaves_at_the_ping_leaves_nothing(with_pool: Callable[..., Any], resting: bool) -> None:
    async def test(pool: Pool, starter: Any) -> None:
        if resting:
            await job(pool, "ann")
            await ready(pool)
        for browser in starter.all:
            browser.trouble["ping"] = 5.0
        task = asyncio.create_task(job(pool, "ann"))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        for browser in starter.all:
            browser.trouble.clear()
        await asyncio.gather(*(job(pool, "ann") for _ in range(5)))

    with_pool(test)


def test_a_second_job_does_not_wait_for_the_first(with_pool: Callable[..., Any]) -> None:
    async def test(pool: Pool, starter: Any) -> None:
        await job(pool, "ann")
        await ready(pool)
        long = asyncio.create_task(job(pool, "ann", seconds=3.0))
        async with asyncio.timeout(1):
            await job(pool, "ann")
        await long

    with_pool(test)


def test_a_browser_that_cannot_be_renewed_is_ended(with_pool: Callable[..., Any]) -> None:
    async def test(pool: Pool, starter: Any) -> None:
        for browser in starter.all:
            browser.trouble["renew"] = ValueError("of any kind")
        first = await job(pool, "ann")
        assert await job(pool, "ann") is not first
        assert first.killed

    with_pool(test)


def test_a_browser_that_is_lost_by_itself_is_killed(with_pool: Callable[..., Any]) -> None:
    async def test(pool: Pool, starter: Any) -> None:
        await job(pool, "ann")
        await ready(pool)
        for browser in list(starter.all):
            browser.lost.set()
        await asyncio.sleep(0.05)
        await job(pool, "ann")

    with_pool(test)


def test_the_queue_is_bounded_while_fresh_browsers_are_idle(with_pool: Callable[..., Any]) -> None:
    async def test(pool: Pool, starter: Any) -> None:
        await asyncio.gather(job(pool, "ann"), job(pool, "ann"))
        await ready(pool)
        working = list[Any]()
        for _ in range(3):
            working.append(asyncio.create_task(job(pool, "ann", seconds=0.3)))
            await asyncio.sleep(0.03)
        assert pool.idle == 2
        for owner in ("ann", "bob", ""):
            with pytest.raises(QueueFull):
                await job(pool, owner)
        await asyncio.gather(*working)

    with_pool(test, waiting=1)


def test_health_checks_say_nothing_of_browsers_that_were_taken_meanwhile(with_pool: Callable[..., Any]) -> None:
    async def test(pool: Pool, starter: Any) -> None:
        for browser in starter.all:
            browser.trouble["canary"] = 0.2
        checking = asyncio.create_task(pool.check())
        await asyncio.sleep(0.05)
        await job(pool, "", clean=False)
        assert await checking

    with_pool(test)
