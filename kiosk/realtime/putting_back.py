"""Puts into a call what the candidate said while none heard them, all of it and nothing twice.

A channel loses nothing, so what a call was told as sound stands in that call, whatever becomes of
the line, and in no other.  What was told as words is known to the interview, and so to every call.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from kiosk.audio.port import RATE_HZ
from kiosk.core.effects import Place
from kiosk.realtime.appending import Appending, Way, answer_in
from kiosk.realtime.backlog import Backlog
from kiosk.realtime.kept import KEPT_FRAMES, Kept, Stretch
from kiosk.realtime.lower import Lower
from kiosk.realtime.recognising import HEARD_HZ, Recogniser
from kiosk.realtime.spoken import beside, judge

log = logging.getLogger(__name__)

NEWEST_FRAMES = KEPT_FRAMES // 10
"""So many of the newest frames stay in any case: a word may have just begun."""
WORDS_S = 8.0
"""Longest that words are looked for, in what was said before and again in what came meanwhile."""
END_SAMPLES = RATE_HZ // 2
"""Silence that lets a recogniser finish the last word."""


class Microphone(Way, Protocol):
    """The part of a call that is used."""

    def hold(self, *, on: bool) -> None:
        """Send next to nothing by the usual way meanwhile: silence would come in between."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """What became of it, as `SpeechPutBack` tells."""

    how: Literal["sound", "text", "nothing", "lost"]
    text: str = ""
    rest: bytes = field(default=b"", repr=False)
    """What was said while words were looked for, for `SpeechKeeper.words`; told by nobody yet."""


NOTHING, LOST = PutBack("nothing"), PutBack("lost")


class SpeechKeeper:
    """Keeps what the microphone heard last, for all calls of this process."""

    def __init__(self, recogniser: Recogniser | None = None) -> None:
        self.recogniser = recogniser or Recogniser()
        self.kept = Kept()
        self.takes: dict[Place, bool] = {}
        """Who has shown, as long as this process lives, whether it takes sound that is appended."""
        self.known: list[Stretch] = []
        """What was said then is told as words, or is about to be."""
        self._condense_at = 0
        """Number of the frame before which it is not looked again for silence to leave out: that
        takes longer than a frame."""

    def keep(self, frame: bytes, captured_s: float, *, unheard: bool = False) -> None:
        """Take one frame of the microphone, captured at that monotonic second.

        With `unheard` no call hears it, and nothing is being put back: then speech stays for
        longer than silence.
        """
        if unheard and self.kept.full and self.kept.end >= self._condense_at:
            speech = beside(judge(self.kept.samples()).speech)
            speech[-NEWEST_FRAMES:] = True
            self.kept.condense(speech)
            self._condense_at = self.kept.end + NEWEST_FRAMES
        self.kept.keep(frame, captured_s)

    def clear(self) -> None:
        """Overwrite all that was kept."""
        self.kept.clear()
        self.known.clear()

    async def words(self, rest: bytes) -> PutBack:
        """Find the words of a `PutBack.rest`."""
        text = await self.recogniser.recognise(rest, WORDS_S)
        return LOST if text is None else PutBack("text", text)

    def worth(self, first: int, told: Iterable[Stretch]) -> list[int]:
        """Return the numbers of the frames from `first` on that hold speech and what belongs to it.

        What was told is left out.  Empty where nobody spoke.
        """
        begin = self.kept.begin
        heard = judge(self.kept.samples())
        numbers = self.kept.outside(first, told)
        if not any(heard.speech[number - begin] for number in numbers):
            return []
        return [number for number in numbers if heard.worth[number - begin]]

    def lowered(self, chosen: Iterable[int]) -> bytes:
        """Return those frames as a recogniser takes them."""
        lower = Lower(HEARD_HZ)
        heard = lower.feed(Backlog(self.kept, chosen).take(KEPT_FRAMES))
        return heard + lower.feed(np.zeros(END_SAMPLES, np.int16)) + lower.finish()


class Telling:
    """Tells one call; what is known of it ends with it."""

    def __init__(self, keeper: SpeechKeeper, call: Microphone, place: Place, language: str) -> None:
        """`place` is who was called, `language` the BCP 47 tag of what is spoken."""
        self._keeper = keeper
        self._call = call
        self._place = place
        self._language = language
        self._in_turn = False
        """Its service hears the candidate."""
        self._told: list[Stretch] = []
        """What was said then it was told as sound."""
        self._appending: Appending | None = None

    def heed(self, raw: str) -> bool:
        """Look at a message of the service; return whether it is of use to nobody else."""
        answer = answer_in(raw)
        if answer in ("noticed", "ended"):
            self._in_turn = answer == "noticed"
        if answer and self._appending is not None:
            self._appending.hear(answer)
        return answer in ("refused", "answered")

    async def put_back(self, since_s: float) -> PutBack:
        """Tell what was said since that monotonic second and it has not been told, the best way.

        What was said up to the return has been told then, but for a `rest`; what comes after it
        has not.
        """
        keeper = self._keeper
        first = keeper.kept.since(since_s)
        chosen = keeper.worth(first, self._all_told)
        if not chosen:
            told = any(end_s > since_s for _, end_s in self._told)
            return PutBack("sound") if told else NOTHING
        if keeper.takes.get(self._place, True) and await self._as_sound(since_s, chosen):
            return PutBack("sound")
        if not keeper.recogniser.knows(self._language):
            return LOST
        began_s = time.monotonic()
        done = await self._as_text(first)
        taken, took_s = "found" if done.text else "not found", time.monotonic() - began_s
        log.info("The words of what was said without a line were %s, after %.1f s.", taken, took_s)
        return done

    @property
    def _all_told(self) -> list[Stretch]:
        return [*self._told, *self._keeper.known]

    async def _as_sound(self, since_s: float, chosen: Iterable[int]) -> bool:
        began_s = time.monotonic()
        takes = self._keeper.takes
        appending = self._appending = Appending(
            self._call,
            Backlog(self._keeper.kept, chosen),
            trusted=takes.get(self._place, False),
            in_turn=self._in_turn,
        )
        self._call.hold(on=True)
        try:
            taken = await appending.run()
        finally:
            self._call.hold(on=False)
            self._appending = None
            if appending.told_s:
                self._told.append((since_s, appending.told_s))
        if taken == "refused" or appending.noticed:
            takes[self._place] = taken != "refused"
        took_s = time.monotonic() - began_s
        log.info("What was said without a line was %s as sound, after %.1f s.", taken, took_s)
        return taken == "taken"

    async def _as_text(self, first: int) -> PutBack:
        keeper = self._keeper
        chosen, until_s, end = self._left(first)
        oldest = keeper.kept.frame(chosen[0]) if chosen else None
        if oldest is None:
            return PutBack("sound")
        text = await keeper.recogniser.recognise(keeper.lowered(chosen), WORDS_S)
        if text is None:
            return LOST
        # What is older may stand in this call alone, as sound; that is known to nobody yet.
        keeper.known.append((oldest.captured_s, until_s))
        meanwhile, until_s, _ = self._left(end)
        if not meanwhile:
            return PutBack("text", text) if text else NOTHING
        keeper.known.append((keeper.known[-1][1], until_s))
        return PutBack("text", text, keeper.lowered(meanwhile))

    def _left(self, first: int) -> tuple[list[int], float, int]:
        """The frames from `first` on that are worth telling, when they end, and what follows."""
        kept = self._keeper.kept
        return self._keeper.worth(first, self._all_told), kept.until_s, kept.end
