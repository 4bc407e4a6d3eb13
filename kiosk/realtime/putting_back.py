"""Puts into a new call what the candidate said while there was none."""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from kiosk.audio.port import RATE_HZ
from kiosk.core.effects import Place
from kiosk.realtime.appending import Appending, Way, answer_in
from kiosk.realtime.backlog import Backlog
from kiosk.realtime.kept import KEPT_FRAMES, Kept
from kiosk.realtime.lower import Lower
from kiosk.realtime.recognising import HEARD_HZ, Recogniser
from kiosk.realtime.spoken import beside, judge

log = logging.getLogger(__name__)

ROUNDS = 2
"""Who goes on speaking while words are recognised is listened to once more, and then live."""
NEWEST_FRAMES = KEPT_FRAMES // 10
"""So many of the newest frames stay in any case: a word may have just begun."""
WORDS_S = 8.0
"""Longest that a candidate waits for their words to be found, in all rounds together."""
END_SAMPLES = RATE_HZ // 2
"""Silence that lets a recogniser finish the last word."""


class Microphone(Way, Protocol):
    """The part of a call that is used."""

    def hold(self, *, on: bool) -> None:
        """Send next to nothing by the usual way meanwhile: silence would come in between."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """What became of it, as `SpeechPutBack` tells."""

    how: Literal["sound", "text", "nothing"]
    text: str = ""


NOTHING = PutBack("nothing")


class SpeechKeeper:
    """Keeps what the microphone heard last, and puts it back where it is wanted."""

    def __init__(self, recogniser: Recogniser | None = None) -> None:
        self._kept = Kept()
        self._recogniser = recogniser or Recogniser()
        self._takes: dict[Place, bool] = {}
        """Who has shown, as long as this process lives, whether it takes sound that is appended."""
        self._appending: Appending | None = None
        self._condense_at = 0
        """Number of the frame before which it is not looked again for silence to leave out: that
        takes longer than a frame."""
        self._in_turn = False
        """The service of the line hears the candidate."""

    def keep(self, frame: bytes, captured_s: float, *, unheard: bool = False) -> None:
        """Take one frame of the microphone, captured at that monotonic second.

        With `unheard` no call hears it, and nothing is being put back: then speech stays for
        longer than silence.
        """
        if unheard and self._kept.full and self._kept.end >= self._condense_at:
            speech = beside(judge(self._kept.samples()).speech)
            speech[-NEWEST_FRAMES:] = True
            self._kept.condense(speech)
            self._condense_at = self._kept.end + NEWEST_FRAMES
        self._kept.keep(frame, captured_s)

    def clear(self) -> None:
        """Overwrite all that was kept."""
        self._kept.clear()

    def heed(self, raw: str) -> bool:
        """Look at a message of the service; return whether it is of use to nobody else."""
        answer = answer_in(raw)
        if answer in ("noticed", "ended"):
            self._in_turn = answer == "noticed"
        if answer and self._appending is not None:
            self._appending.hear(answer)
        return answer in ("refused", "answered")

    async def put_back(
        self, call: Microphone, place: Place, language: str, since_s: float
    ) -> PutBack:
        """Tell a call what was said since that monotonic second, by the best way there is.

        What was said up to the return of "sound" has been told; what comes after it has not.
        """
        first = self._kept.since(since_s)
        chosen = self._worth(first)
        if not chosen:
            return NOTHING
        if self._takes.get(place, True) and await self._as_sound(call, place, chosen):
            return PutBack("sound")
        if not self._recogniser.knows(language):
            return NOTHING
        began_s = time.monotonic()
        text = await self._as_text(first)
        taken, took_s = "found" if text else "not found", time.monotonic() - began_s
        log.info("The words of what was said without a line were %s, after %.1f s.", taken, took_s)
        return PutBack("text", text) if text else NOTHING

    def _worth(self, first: int) -> list[int]:
        """Return the numbers of the frames from `first` on that hold speech and what belongs to it.

        Empty where nobody spoke.
        """
        begin = self._kept.begin
        heard = judge(self._kept.samples())
        if not heard.speech[first - begin :].any():
            return []
        return [number for number in range(first, self._kept.end) if heard.worth[number - begin]]

    async def _as_sound(self, call: Microphone, place: Place, chosen: Iterable[int]) -> bool:
        began_s = time.monotonic()
        appending = self._appending = Appending(
            call,
            Backlog(self._kept, chosen),
            trusted=self._takes.get(place, False),
            in_turn=self._in_turn,
        )
        call.hold(on=True)
        try:
            taken = await appending.run()
        finally:
            call.hold(on=False)
            self._appending = None
        if taken == "refused" or appending.noticed:
            self._takes[place] = taken == "taken"
        took_s = time.monotonic() - began_s
        log.info("What was said without a line was %s as sound, after %.1f s.", taken, took_s)
        return taken == "taken"

    async def _as_text(self, first: int) -> str:
        words = []
        until_s = time.monotonic() + WORDS_S
        for _ in range(ROUNDS):
            end = self._kept.end
            chosen = self._worth(max(first, self._kept.begin))
            within_s = until_s - time.monotonic()
            if not chosen or within_s <= 0:
                break
            words.append(await self._recogniser.recognise(self._lowered(chosen), within_s))
            first = end
        return " ".join(filter(None, words))

    def _lowered(self, chosen: Iterable[int]) -> bytes:
        lower = Lower(HEARD_HZ)
        heard = lower.feed(Backlog(self._kept, chosen).take(KEPT_FRAMES))
        return heard + lower.feed(np.zeros(END_SAMPLES, np.int16)) + lower.finish()
