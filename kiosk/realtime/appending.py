"""Tells a call what the microphone heard, faster than it was said, until it has caught up.

Whether a call takes sound over its event channel no document tells.  So it is tried, with a moment
of silence and a request behind it that is answered in any case: what comes first is the answer.
And while nothing else is sent that could be speech, the service must say that it hears some.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Literal, Protocol

from kiosk.audio.port import FRAME_MS
from kiosk.core.effects import AppendAudio, AskBack, ForgetAudio, ServiceCommand
from kiosk.realtime.backlog import Backlog
from kiosk.realtime.errors import fault_of_code
from kiosk.realtime.lower import Lower
from kiosk.realtime.protocol import build

APPENDED_HZ = 24_000
"""Of `audio/pcm`, the format of every session."""
PIECE_FRAMES = 150 // FRAME_MS
"""Frames in one message at least, where what is said now is told."""
LONGEST_FRAMES = 600 // FRAME_MS
"""Frames in one message at most, which is 38 KB then: a channel must take 64.  Short messages, each
of which waits for the one before it, would never fill the window of a way of 100 ms."""
ROOM_BYTES = 48 << 10
"""While more waits in the channel nothing is added: it would only delay what is sent next."""
TICK_S = 0.01
TRIAL_S = 2.5
"""Longest that the answer to the first try is waited for."""
NOTICE_S = 1.5
"""So soon after it was told of speech the service says that it hears some."""
LIMIT_S = 8.0
"""A way that has not caught up by then is too slow to ever do so."""

APPENDS = "input_audio_buffer.append"
PIECE, REQUEST = "speech-", "speech_request"
"""What the ids of pieces begin with, and the id of the request behind the first of them."""

Taken = Literal["taken", "refused", "ignored"]
"""The service has it · said that it takes none · said nothing, or cannot be reached."""


class Way(Protocol):
    """The part of a call that is used."""

    @property
    def waiting_bytes(self) -> int:
        """What waits in the channel to be sent."""

    def send(self, raw: str) -> str:
        """Send one message; return why it could not be sent, or nothing."""


Answer = Literal["refused", "answered", "noticed", "ended", ""]
"""Sound is not taken · the request behind it was read · speech is heard · none is heard any more ·
nothing of all that."""

_ANSWERS: Mapping[str, Answer] = {
    "input_audio_buffer.cleared": "answered",
    "input_audio_buffer.speech_started": "noticed",
    "input_audio_buffer.speech_stopped": "ended",
}


def answer_in(raw: str) -> Answer:
    """Return what a message of the service says to sound that was appended; never raises.

    "refused" and "answered" are of no use to anybody else.
    """
    if not any(word in raw for word in (APPENDS, PIECE, REQUEST, *_ANSWERS)):
        return ""
    try:
        message = json.loads(raw)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(message, dict):
        return ""
    kind = message.get("type")
    if kind == "error":
        return _error(message.get("error"))
    return _ANSWERS.get(kind, "") if isinstance(kind, str) else ""


def _error(error: object) -> Answer:
    """Read an `error`; one that says more than that this event was refused is for others."""
    if not isinstance(error, dict) or fault_of_code(error) is not None:
        return ""
    event_id = error.get("event_id")
    if not isinstance(event_id, str) or not event_id:
        return "refused" if APPENDS in str(error.get("message")) else ""
    if event_id == REQUEST:
        return "answered"
    return "refused" if event_id.startswith(PIECE) else ""


class Appending:
    """One try to tell one call."""

    def __init__(self, way: Way, backlog: Backlog, *, trusted: bool, in_turn: bool = False) -> None:
        """`trusted`: the service has taken such sound before.

        `in_turn`: it hears the candidate already, so it will not tell that anew, and what it has
        heard must not be taken back.
        """
        self._way = way
        self._backlog = backlog
        self._lower = Lower(APPENDED_HZ)
        self._in_turn = in_turn
        self._pieces = 0
        self._refused = self._lost = False
        self._answered = trusted
        self.noticed = trusted
        """The service has shown that it hears what is appended."""
        self._news = asyncio.Event()

    def hear(self, answer: Answer) -> None:
        """Take what the service says."""
        if answer == "ended" and not self._answered:
            # It was said before anything was told, and comes late over a line that was dark.
            self._in_turn = False
        self._refused |= answer == "refused"
        self._answered |= answer in ("answered", "noticed")
        self.noticed |= answer == "noticed"
        self._news.set()

    async def run(self) -> Taken:
        """Tell all of it, and what the microphone hears meanwhile, up to this very moment.

        Also where it ends earlier, what was told stands as soon as the service has shown that it
        takes it (`told_s`): a channel loses nothing.  Else the service is to forget it.
        """
        try:
            async with asyncio.timeout(LIMIT_S):
                taken = await self._tell()
        except TimeoutError:
            taken = self._hurry()
        except asyncio.CancelledError:
            self._take_back()
            raise
        if taken != "taken":
            self._take_back()
        return taken

    def _hurry(self) -> Taken:
        """Leave to the channel what was heard meanwhile, where all that is older was told."""
        if not self._enough or self._backlog.old:
            return "ignored"
        while self._backlog.frames:
            self._append(self._lower.feed(self._backlog.take(LONGEST_FRAMES)))
        return "taken"

    @property
    def told_s(self) -> float:
        """Monotonic second up to which what was told stands; 0 for nothing."""
        return self._backlog.taken_s if self._enough and not self._refused else 0.0

    def _take_back(self) -> None:
        """Have the service forget what was told, unless it stands, or is part of an older turn."""
        if self._pieces > 1 and not self._in_turn and not self.told_s:
            self._say(ForgetAudio(REQUEST))

    @property
    def _enough(self) -> bool:
        """The service has shown all that can be expected."""
        return self.noticed or (self._in_turn and self._answered)

    async def _tell(self) -> Taken:
        if not self._answered:
            self._append(bytes(2 * APPENDED_HZ * FRAME_MS // 1000))
            self._say(AskBack(REQUEST))
            await self._until_answered()
        told_s: float | None = None
        while not (self._refused or self._lost):
            crowded = self._way.waiting_bytes > ROOM_BYTES
            if self._backlog.frames >= PIECE_FRAMES and not crowded:
                self._append(self._lower.feed(self._backlog.take(LONGEST_FRAMES)))
                continue
            if self._enough and not self._way.waiting_bytes:
                self._append(self._lower.feed(self._backlog.take(PIECE_FRAMES)))
                self._append(self._lower.finish())
                return "taken"
            now_s = asyncio.get_running_loop().time()
            if told_s is None and not self._backlog.old:
                told_s = now_s
            if told_s is not None and now_s - told_s > NOTICE_S and not self._enough:
                return "ignored"
            await asyncio.sleep(TICK_S)
        return "refused" if self._refused else "ignored"

    async def _until_answered(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(TRIAL_S):
                while not (self._refused or self._answered or self._lost):
                    self._news.clear()
                    await self._news.wait()
        self._lost |= not (self._refused or self._answered)

    def _append(self, pcm: bytes) -> None:
        if pcm:
            self._pieces += 1
            self._say(AppendAudio(f"{PIECE}{self._pieces}", pcm))

    def _say(self, command: ServiceCommand) -> None:
        self._lost |= bool(self._way.send(build(command)))
