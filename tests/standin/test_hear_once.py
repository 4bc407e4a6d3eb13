import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.realtime.recognising import Recogniser
from kiosk.standin import hear_once
from kiosk.standin.ears import EarsError
from tests.standin.test_ears import heard_by_a_microphone

Samples = NDArray[np.int16]


async def test_the_words_of_an_answer_are_found(spoken: Callable[[str], Samples]) -> None:
    pcm = heard_by_a_microphone(spoken("learned-quickly")).tobytes()
    words = await Recogniser().recognise(pcm, 60.0)
    assert words is not None
    assert "summer internship" in words


@pytest.mark.parametrize("pcm", [b"", b"\x01", bytes(32_001)], ids=["nothing", "half", "silence"])
def test_where_nothing_was_said_there_are_no_words(pcm: bytes) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "kiosk.standin.hear_once"],
        input=pcm,
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, b"")


def test_without_its_package_it_says_so_and_fails(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Missing:
        def __init__(self, nice: int) -> None:
            niceness.append(nice)

        async def recognise(self, _: Samples) -> str:
            raise EarsError("The package 'moonshine-voice' is missing.")

        def close(self) -> None:
            pass

    niceness: list[int] = []
    read, write = os.pipe()
    os.close(write)
    with os.fdopen(read) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        monkeypatch.setattr(hear_once, "step_back", niceness.append)
        monkeypatch.setattr(hear_once, "Ears", Missing)
        assert hear_once.main() == 1
    assert capfd.readouterr().err == "The package 'moonshine-voice' is missing.\n"
    assert niceness == [hear_once.NICE] * 2
