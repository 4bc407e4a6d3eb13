import asyncio
import threading

from kiosk.host.stacks import DEEPEST, stacks
from tests.rigs.booth_process import PATIENCE_S

SAID = "a word that somebody said"


def test_every_thread_is_told_with_its_name_and_the_place_where_it_stands() -> None:
    let_go = threading.Event()

    def waits_for_staff(said: str) -> None:
        let_go.wait(PATIENCE_S)
        assert said

    thread = threading.Thread(target=waits_for_staff, args=[SAID], name="listener")
    thread.start()
    try:
        told = stacks(None)
    finally:
        let_go.set()
        thread.join()
    block = told[told.index("Thread listener:") :]
    assert f"{__file__}, line" in block
    assert "waits_for_staff" in block
    assert "Thread MainThread:" in told
    assert SAID not in told


def test_tasks_are_told_down_to_what_they_wait_for_while_their_loop_is_blocked() -> None:
    told: list[str] = []
    loops: list[asyncio.AbstractEventLoop] = []
    blocked, let_go = threading.Event(), threading.Event()

    async def inner(said: str) -> None:
        await asyncio.get_running_loop().create_future()
        assert said

    async def outer() -> None:
        await inner(SAID)

    async def live() -> None:
        loops.append(asyncio.get_running_loop())
        task = asyncio.create_task(outer(), name="caller")
        await asyncio.sleep(0)
        blocked.set()
        assert let_go.wait(PATIENCE_S)
        task.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    assert blocked.wait(PATIENCE_S)
    told.append(stacks(loops[0]))
    let_go.set()
    thread.join()
    block = told[0][told[0].index("Task caller:") :].splitlines()[:3]
    assert "outer" in block[1]
    assert "inner" in block[2]
    assert SAID not in told[0]
    assert stacks(loops[0]).count("Task ") == 0


def test_a_bottomless_stack_is_told_from_its_end() -> None:
    told: list[str] = []

    def sink(depth: int) -> None:
        if depth:
            sink(depth - 1)
        else:
            told.append(stacks(None))

    sink(3 * DEEPEST)
    mine = told[0].partition("Thread MainThread:\n")[2].partition("\nThread")[0].splitlines()
    assert len(mine) == DEEPEST
    assert "stacks" in mine[-1]
