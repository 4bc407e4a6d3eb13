from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.interview.recordings import load_recordings
from kiosk.interview.script import Script, load_script
from kiosk.places import ASSETS
from kiosk.standin.ears import Ears
from kiosk.standin.server import Standin, StandinOptions
from tests.openai_oracle import check_client_event, check_server_event

SCRIPT = '''
title = "Short"
role = "anything"
persona = "Kind."
greeting = "Hi, I am an AI."
silence_prompt = "Shall I say it again?"
last_question = "One last question."
closing = "Thanks, goodbye."
early_closing = "Let us stop here."
clarification = "Once more, please?"
repeat = "Of course."
neutral = ["I see.", "All right."]
languages = ["en"]

[[question]]
id = "first"
text = "What did you learn?"
probe = ["""
And how did you go about it, from the first day to the very last day of that summer, step by step,
with whom, and what would you tell somebody who begins the same thing tomorrow?"""]
follow_ups = 1

[[question]]
id = "second"
text = "What comes next for you?"
probe = []
follow_ups = 0

[[acknowledge]]
when = ["learn", "learned"]
say = "So you learned it."
'''


@pytest.fixture
def script_directory(tmp_path: Path) -> Path:
    (tmp_path / "short.toml").write_text(SCRIPT)
    return tmp_path


@pytest.fixture
def script(script_directory: Path) -> Script:
    return load_script("short", script_directory)


def script_of() -> Script:
    """The short script, where a fixture cannot be used."""
    with TemporaryDirectory() as directory:
        (Path(directory) / "short.toml").write_text(SCRIPT)
        return load_script("short", Path(directory))


class Murmur:
    """Speaks 60 ms a word: sound that a test can wait for."""

    async def say(self, text: str, speed: float) -> NDArray[np.int16]:
        samples = np.arange(int(len(text.split()) * 2880 / speed))
        return np.asarray(8000 * np.sin(samples * 0.03), np.int16)

    async def prepare(self, lines: Iterable[str]) -> None:
        for line in lines:
            await self.say(line, 1.0)

    def mute_on(self, lines: Iterable[str]) -> tuple[str, ...]:
        return tuple(line for line in lines if not line)


@pytest.fixture(scope="session")
def ears() -> Iterator[Ears]:
    real = Ears()
    yield real
    real.close()


@pytest.fixture(scope="session")
def spoken() -> Callable[[str], NDArray[np.int16]]:
    """A candidate's recorded line by its id, mono at 48 kHz."""
    recordings = {line.id: line for line in load_recordings(ASSETS / "candidate")}
    return lambda name: recordings[name].pcm()


class Watched(Standin):
    """A stand-in whose every event is judged by the service's own types."""

    def __init__(self, options: StandinOptions, **parts: Any) -> None:
        super().__init__(options, observe=self._watch, **parts)
        self.wrong: list[str] = []
        self.seen: list[tuple[str, str]] = []

    def _watch(self, call_id: str, direction: str, event: dict[str, Any]) -> None:
        self.seen.append((direction, event["type"]))
        check = check_server_event if direction == "sent" else check_client_event
        try:
            check(event)
        except AssertionError as problem:
            self.wrong.append(f"{call_id} {direction}: {problem}")


Open = Callable[..., Any]


@pytest.fixture
async def open_standin(script_directory: Path, ears: Ears) -> AsyncIterator[Open]:
    """Start stand-ins with the short script, murmuring; all events must be right at the end."""
    opened: list[Watched] = []
    async with AsyncExitStack() as stack:

        async def start(voice: Any = None, **changes: Any) -> Watched:
            options = StandinOptions(
                port=0, script="short", script_directory=script_directory, pace=30.0
            )
            standin = Watched(replace(options, **changes), voice=voice or Murmur(), hearing=ears)
            opened.append(standin)
            return await stack.enter_async_context(standin)

        yield start
    for standin in opened:
        assert standin.wrong == []
        assert standin.calls == {}
