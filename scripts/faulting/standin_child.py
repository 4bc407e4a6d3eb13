"""`python -m faulting.standin_child FOLDER`: the stand-in of a trial, a process of its own.

Each line of its input is a JSON list of drills (`kiosk.standin.faults`), which hold from then on,
in calls that are open too, and `endless` for a response that does not end.  It prints where it
listens, then each event of a call that a trial goes by, as JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from faulting import sounds
from kiosk.host.child import ready
from kiosk.standin.call import Direction
from kiosk.standin.faults import Faults, parse_faults
from kiosk.standin.server import Standin, StandinOptions
from kiosk.standin.vad import RATE_HZ
from kiosk.standin.wire import Event
from tests.rigs.orders import orders
from tests.rigs.standin import KEY

ENDLESS = "endless"
_WORD_S, _ENDLESS_WORD_S = 0.16, 4.0
_TOLD = {
    "session.created",
    "conversation.item.create",
    "conversation.item.input_audio_transcription.completed",
    "response.output_audio_transcript.done",
    "input_audio_buffer.append",
}


class Drills:
    """What is wrong now, for calls that began before too: has every field of `Faults`."""

    def __init__(self) -> None:
        self.now = Faults()

    def __getattr__(self, name: str) -> object:
        return getattr(self.now, name)


class Hum:
    """A voice without words, as long as words would be."""

    endless = False

    async def say(self, text: str, speed: float) -> NDArray[np.int16]:
        """Return 48 kHz mono."""
        word_s = _ENDLESS_WORD_S if self.endless else _WORD_S
        at_s = np.arange(int(len(text.split()) * word_s * 48_000 / speed)) / 48_000
        swell = 0.6 - 0.4 * np.cos(2 * np.pi * at_s / word_s)
        return np.asarray(8000 * swell * np.sin(2 * np.pi * 150 * at_s), np.int16)

    async def prepare(self, lines: Iterable[str]) -> None:
        """Nothing takes time."""

    def mute_on(self, lines: Iterable[str]) -> tuple[str, ...]:
        """There is nothing that it cannot say."""
        del lines
        return ()


class Pitches:
    """Ears that tell answers by their pitch."""

    async def recognise(self, samples: NDArray[np.int16]) -> str:
        """Return what was said in mono 16 kHz."""
        return sounds.words(sounds.heard(samples, RATE_HZ))


def told(call: str, direction: Direction, event: Event) -> Iterator[dict[str, object]]:
    """Yield what a trial goes by of one event."""
    if event["type"] not in _TOLD:
        return
    item = event.get("item") or {}
    texts = [part.get("text") or part.get("transcript") or "" for part in item.get("content", [])]
    yield {
        "at": time.monotonic(),
        "call": call,
        "direction": direction,
        "type": event["type"],
        "role": item.get("role", ""),
        "text": event.get("transcript") or " ".join(texts),
    }


def _say(line: object) -> None:
    print(json.dumps(line), flush=True)


async def _serve(folder: Path) -> None:
    drills, voice = Drills(), Hum()
    options = StandinOptions(
        port=0,
        script="trial",
        script_directory=folder,
        key=KEY,
        faults=cast("Faults", drills),
        pace=20.0,
    )

    def observe(call: str, direction: Direction, event: Event) -> None:
        for line in told(call, direction, event):
            _say(line)

    async with Standin(options, observe=observe, voice=voice, hearing=Pitches()) as standin:
        ready("stand-in", standin.base_url)
        async for wanted in orders():
            voice.endless = ENDLESS in wanted
            drills.now = parse_faults(each for each in wanted if each != ENDLESS)
            _say({"drilled": wanted})


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
