"""The stand-in as a place to call when the line stays dead."""

import asyncio
import os
from pathlib import Path

import pytest

from kiosk.core.faults import Fault
from kiosk.interview.session import session_configuration
from kiosk.realtime.errors import LineError
from kiosk.settings import RealtimeSettings
from kiosk.standin.place import StandinPlace
from kiosk.standin.process import StandinProcess
from tests.rigs.booth_process import children
from tests.rigs.standin import write_script
from tests.standin.conftest import script_of


def place_in(folder: Path, script: str = "short") -> StandinPlace:
    def start() -> StandinProcess:
        return StandinProcess(script, folder / "interviews", takes_over=True)

    def session(language: str) -> dict[str, object]:
        return session_configuration(script_of(), RealtimeSettings(), language)

    write_script(folder)
    return StandinPlace(start, session)


async def test_it_is_reached_gives_tokens_and_is_gone_when_it_ends(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    place.prepare()
    reached = await place.reach()
    assert reached.base_url.startswith("http://127.0.0.1:")
    token = await reached.tokens.token("en")
    assert token.session["model"]
    assert len(children(os.getpid())) == 1
    await place.end()
    assert children(os.getpid()) == []


async def test_after_its_end_another_can_be_had(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    first = await place.reach()
    await place.end()
    second = await place.reach()
    assert second.base_url != first.base_url
    await second.tokens.token("en")
    await place.end()


async def test_one_that_does_not_start_says_so_without_a_trace(tmp_path: Path) -> None:
    place = place_in(tmp_path, script="missing")
    with pytest.raises(LineError) as failed:
        await place.reach()
    assert failed.value.fault is Fault.LINE_LOST
    assert "Traceback" not in failed.value.why
    await place.end()


async def test_it_may_end_while_it_is_being_started(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    place.prepare()
    await asyncio.sleep(0)
    await place.end()
    assert children(os.getpid()) == []


async def test_one_that_nobody_wanted_ends_at_once(tmp_path: Path) -> None:
    await place_in(tmp_path).end()
