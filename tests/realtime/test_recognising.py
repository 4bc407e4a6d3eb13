"""Speech is recognised in a process that is gone afterwards, whatever becomes of it."""

import asyncio
import logging
import os
import sys
from pathlib import Path

import pytest

from kiosk.realtime import recognising
from kiosk.realtime.recognising import Recogniser
from kiosk.secret import KEY_VARIABLE

PCM = bytes(range(256)) * 40
LONG_S = 60.0


def running(code: str) -> Recogniser:
    return Recogniser((sys.executable, "-c", code))


async def test_the_speech_goes_in_and_the_words_come_out() -> None:
    said = "import sys; sys.stdout.buffer.write(f' {sum(sys.stdin.buffer.read())} é '.encode())"
    assert await running(said).recognise(PCM, LONG_S) == f"{sum(PCM)} é"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.stdin.buffer.read(); print('words'); sys.exit(3)", None),
        ("import os; os.kill(os.getpid(), 9)", None),
        ("import os; os.close(0)", ""),
    ],
    ids=["fails", "dies", "does not listen"],
)
async def test_one_that_fails_has_no_words_and_tells_none(
    code: str, words: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    assert await running(code).recognise(PCM * 100, LONG_S) == words
    assert "words" not in caplog.text


async def test_one_that_does_not_end_is_ended(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    told = tmp_path / "pid"
    code = f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    with caplog.at_level(logging.WARNING):
        assert await running(code).recognise(PCM, 0.3) is None
    assert "more than" in caplog.text
    if told.exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int(told.read_text()), 0)


async def test_one_that_is_wanted_no_longer_is_ended(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    code = f"""
import os, time
with open({str(told)!r} + "_", "w") as file:
    file.write(str(os.getpid()))
os.rename({str(told)!r} + "_", {str(told)!r})
time.sleep(600)"""
    waiting = asyncio.create_task(running(code).recognise(PCM, LONG_S))
    async with asyncio.timeout(30):
        while not told.exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


async def test_a_machine_that_gives_no_process_has_no_words() -> None:
    assert await Recogniser(("/nowhere/at/all",)).recognise(PCM, LONG_S) is None


async def test_it_knows_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "sk-proj-NeverToBeSeen0123456789")
    code = f"import os; print(os.environ.get({KEY_VARIABLE!r}, 'none'))"
    assert await running(code).recognise(b"", LONG_S) == "none"


@pytest.mark.parametrize(
    ("language", "known"),
    [("en", True), ("en-GB", True), ("EN-us", True), ("de", False), ("any", False), ("", False)],
)
def test_it_knows_the_languages_of_its_model(language: str, known: bool) -> None:
    assert Recogniser().knows(language) is known


def test_without_its_package_it_knows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "PACKAGE", "a_package_that_is_not_installed")
    assert not Recogniser().knows("en")


def test_a_release_without_the_model_knows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "MODEL", "assets/none.ort")
    assert not Recogniser().knows("en")
