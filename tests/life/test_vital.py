import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress

import pytest

from kiosk.keys import ANY_KEY
from kiosk.life.vital import EndedError, Vital, must_not_end
from kiosk.report.status import told


def run(job: Callable[[], Coroutine[object, object, None]]) -> list[str]:
    """Run a job on a loop of its own, and turn that loop a few times; return who gave up."""
    gave_up: list[str] = []

    async def live() -> None:
        asyncio.get_running_loop().set_exception_handler(Vital(lambda: gave_up.append("up")))
        await job()
        for _ in range(3):
            await asyncio.sleep(0)

    asyncio.run(live())
    return gave_up


def break_behind_a_library() -> None:
    told(None)  # type: ignore[arg-type]


def break_in_a_library() -> None:
    int(ANY_KEY)


async def call(callback: Callable[[], object]) -> None:
    asyncio.get_running_loop().call_soon(callback)


def test_a_callback_of_the_booth_that_fails_takes_it_down(caplog: pytest.LogCaptureFixture) -> None:
    async def job() -> None:
        asyncio.get_running_loop().call_soon(told, None)  # type: ignore[arg-type]

    assert run(job) == ["up"]
    critical = [each for each in caplog.records if each.levelno == logging.CRITICAL]
    assert [each.name for each in critical] == ["kiosk.booth"]
    assert critical[0].message.startswith("a part of the booth failed")
    assert "no attribute 'remedy'" in caplog.text


def test_what_a_library_leaves_behind_is_only_told(caplog: pytest.LogCaptureFixture) -> None:
    assert run(lambda: call(break_in_a_library)) == []
    assert "unhandled" in caplog.text
    assert run(lambda: call(break_behind_a_library)) == [], "the loop had called a library"


def test_what_is_no_exception_is_only_told(caplog: pytest.LogCaptureFixture) -> None:
    async def job() -> None:
        asyncio.get_running_loop().call_exception_handler({"message": "a socket was left open"})

    assert run(job) == []
    assert "a socket was left open" in caplog.text


def test_a_task_that_must_not_end_may_do_so_in_no_way_but_one() -> None:
    async def fail() -> None:
        raise ValueError("torn off")

    async def end() -> None:
        return

    async def wait() -> None:
        await asyncio.get_running_loop().create_future()

    async def keep(work: Callable[[], Coroutine[object, object, None]], *, cancel: bool) -> None:
        task = asyncio.create_task(work(), name="keeper")
        task.add_done_callback(must_not_end)
        await asyncio.sleep(0)
        if cancel:
            task.cancel()
        with suppress(asyncio.CancelledError, ValueError):
            await task

    assert run(lambda: keep(fail, cancel=False)) == ["up"]
    assert run(lambda: keep(end, cancel=False)) == ["up"]
    assert run(lambda: keep(wait, cancel=True)) == []


def test_the_end_of_a_task_is_told_by_its_name() -> None:
    async def live() -> None:
        async def end() -> None:
            return

        task = asyncio.create_task(end(), name="keeper")
        await task
        with pytest.raises(EndedError, match="keeper has ended"):
            must_not_end(task)

    asyncio.run(live())
