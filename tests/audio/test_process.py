"""An engine process by itself: whatever ends it, nothing of it is left."""

import asyncio
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from kiosk.audio import wire
from kiosk.audio.process import ENDED, EngineProcess
from kiosk.settings import AudioSettings


class Case:
    """A process, what it said, and why it ended."""

    def __init__(self) -> None:
        self.messages: list[wire.Message] = []
        self.why: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.warm = asyncio.Event()
        self.fds = descriptors()
        self.process = EngineProcess(
            wire.Setup(AudioSettings("file", ("",), ("",))), self.heed, self.end
        )

    def heed(self, _: EngineProcess, message: wire.Message) -> None:
        self.messages.append(message)
        self.warm.set()

    def end(self, _: EngineProcess, why: str) -> None:
        self.why.set_result(why)

    async def nothing_is_left(self) -> str:
        async with asyncio.timeout(10):
            why = await self.why
        assert descriptors() == self.fds
        assert not exists(self.process.pid)
        assert not self.process.tell(wire.Quit())
        return why


def descriptors() -> list[Path]:
    return sorted(Path("/proc/self/fd").iterdir())


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_it_loads_says_that_it_is_warm_and_waits() -> None:
    case = Case()
    await case.warm.wait()
    assert case.messages == [wire.Beat()]
    case.process.tell(wire.Serve(1))
    case.warm.clear()
    await case.warm.wait()
    case.process.retire()
    assert await case.nothing_is_left() == ""


@pytest.mark.parametrize("warm", [False, True])
async def test_it_is_retired_before_and_after_it_is_warm(warm: bool) -> None:
    case = Case()
    if warm:
        await case.warm.wait()
    case.process.retire()
    assert await case.nothing_is_left() == ""


async def test_it_can_be_killed_for_a_reason() -> None:
    case = Case()
    case.process.kill("of no use")
    case.process.kill("another reason")
    assert await case.nothing_is_left() == "of no use"


async def test_it_is_killed_when_it_hangs_at_its_end() -> None:
    case = Case()
    await case.warm.wait()
    os.kill(case.process.pid, signal.SIGSTOP)
    case.process.retire()
    assert await case.nothing_is_left() == ""


async def test_it_tells_where_it_stands_and_goes_on(capfd: pytest.CaptureFixture[str]) -> None:
    case = Case()
    await case.warm.wait()
    os.kill(case.process.pid, signal.SIGUSR1)
    told = ""
    async with asyncio.timeout(10):
        while "engine.py" not in told:
            await asyncio.sleep(0.01)
            told += capfd.readouterr().err
    assert "most recent call first" in told
    case.process.retire()
    assert await case.nothing_is_left() == ""


async def test_its_death_is_noticed() -> None:
    case = Case()
    await case.warm.wait()
    os.kill(case.process.pid, signal.SIGKILL)
    assert await case.nothing_is_left() == ENDED


async def test_it_ends_when_it_is_put_to_the_wrong_work() -> None:
    case = Case()
    await case.warm.wait()
    case.process.tell(wire.Open(1))
    assert await case.nothing_is_left() == ENDED


async def test_one_that_talks_nonsense_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nonsense = tmp_path / "python"
    nonsense.write_text(
        f"#!{sys.executable}\n"
        "import socket, sys, time\n"
        "daemon = socket.socket(fileno=int(sys.argv[-1]))\n"
        "daemon.send(b'nonsense')\n"
        "time.sleep(60)\n"
    )
    nonsense.chmod(nonsense.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(nonsense))
    case = Case()
    assert "Not a message" in await case.nothing_is_left()


async def test_a_program_that_cannot_be_started_leaves_nothing_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    before = descriptors()
    with pytest.raises(FileNotFoundError):
        Case()
    assert descriptors() == before
