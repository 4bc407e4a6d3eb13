"""The line to the service: opens and closes calls, and notices how they go and when they end."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Literal, TypeVar

from kiosk.audio.port import VoicePacket
from kiosk.core.effects import Place as PlaceName
from kiosk.core.effects import ServiceCommand
from kiosk.core.events import ServiceEvent, SpeechPutBack
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Connection, Hearing
from kiosk.realtime.call import Call
from kiosk.realtime.dialling import Dialling, Step
from kiosk.realtime.errors import LineError
from kiosk.realtime.held import HeldCall
from kiosk.realtime.libraries import prepare_libraries
from kiosk.realtime.place import Place, Reach
from kiosk.realtime.post import names_this_machine
from kiosk.realtime.protocol import Reader, build
from kiosk.realtime.putting_back import SpeechKeeper, Telling

log = logging.getLogger(__name__)

T = TypeVar("T")

GONE_S = 2.5
"""Longest that `disconnect` waits for the last of every call to go."""


class WebRTCAudioManager:
    """Holds the line, one call, and at most another one that is dialled beside it.

    Used on one asyncio loop, which its callbacks run on too.
    """

    reader: Reader
    """Counts what the service has sent in the call that was dialled last."""

    def __init__(
        self,
        places: Mapping[PlaceName, Reach],
        connect_timeout_s: float,
        *,
        on_event: Callable[[ServiceEvent], None],
        on_packet: Callable[[VoicePacket], None],
        on_hearing: Callable[[int, Hearing, float], None],
        on_lost: Callable[[int, Fault, str], None],
        on_put_back: Callable[[SpeechPutBack], None] = lambda _: None,
        on_message: Callable[[Literal["in", "out"], str], None] | None = None,
    ) -> None:
        """Events, packets and hearing are those of the call that was taken, and of no other.

        `on_hearing` gets the call's number, how it hears the service, and since when
        (`Liveness.since_s`); a call begins well.  `on_lost` is told once when an open call ends
        that nobody closed here, `on_put_back` what became of `put_back`.  `on_message` sees the
        JSON of each message in both directions, but for sound.
        """
        prepare_libraries()
        self.reader = Reader()
        self._places = places
        self._limit_s = connect_timeout_s
        self._on_event = on_event
        self._on_packet = on_packet
        self._on_hearing = on_hearing
        self._on_lost = on_lost
        self._on_put_back = on_put_back
        self._on_message = on_message
        self._opening: asyncio.Task[HeldCall] | None = None
        self._dialling: Dialling | None = None
        self._beside: HeldCall | None = None
        """Open, and not taken yet."""
        self._line: HeldCall | None = None
        self._speech = SpeechKeeper()
        self._finding: set[asyncio.Task[None]] = set()
        """Look for the last words that no call will hear; they outlast the call they were for."""
        self._ending: set[asyncio.Task[object]] = set()
        self._unanswered: set[asyncio.Task[None]] = set()

    @property
    def timings(self) -> dict[Step, float]:
        """How long each step of the last `connect` took, in ms."""
        return self._dialling.timings if self._dialling else {}

    @property
    def connection(self) -> Connection:
        """Where the line is; a call that is dialled beside it does not count."""
        if self._line is not None:
            return Connection.CONNECTED
        dialled = self._opening is not None or self._beside is not None
        return Connection.CONNECTING if dialled else Connection.DISCONNECTED

    @property
    def microphone(self) -> Counter[str]:
        """What became of the microphone's sound in the current call (`MicTrack.counts`)."""
        return self._line.call.mic.counts if self._line else Counter()

    @property
    def quality(self) -> dict[str, float]:
        """How the way to the service is in the current call (`Call.quality`)."""
        return self._line.call.quality if self._line else {}

    async def connect(self, language: str, call: int, place: PlaceName = "service") -> None:
        """Open call number `call` beside the line; return when it can be taken.

        What was dialled before and not taken is given up.  Raises LineError where it fails, also
        when it is given up itself; nothing is left open then.
        """
        self.drop()
        opening = self._spawn(self._open(language, call, place))
        opening.add_done_callback(_retrieve)
        self._opening = opening
        try:
            held = await opening
        except asyncio.CancelledError:
            if opening.done() and not opening.cancelled() and opening.exception() is None:
                self._let_go(opening.result())
            caller = asyncio.current_task()
            if caller is not None and caller.cancelling():
                raise
            raise _given_up() from None
        finally:
            kept = self._opening is opening
            if kept:
                self._opening = None
        if not kept:
            self._let_go(held)
            raise _given_up()
        if held.call.ended:
            self._let_go(held)
            raise LineError(Fault.LINE_LOST, "The service ended the call at once.")
        self._beside = held

    def take(self, call: int) -> None:
        """From here on the call with that number is the line; the one before it is closed.

        Nothing happens where it has ended meanwhile, of which `on_lost` has told.
        """
        held = self._beside
        if held is None or held.number != call:
            log.info("Call %d is not there to be taken.", call)
            return
        before, self._line, self._beside = self._line, held, None
        if before is not None:
            self._let_go(before)
        # Whoever takes a call is in the middle of something; what waits is told after that.
        asyncio.get_running_loop().call_soon(self._tell_waiting, held)

    def drop(self) -> None:
        """Give up the call that is being opened, or was opened and not taken; the line stays."""
        opening, self._opening = self._opening, None
        beside, self._beside = self._beside, None
        if opening is not None:
            opening.cancel()
        if beside is not None:
            self._let_go(beside)

    async def disconnect(self) -> None:
        """Close every call and the attempt at one; return when nothing of them is left."""
        self.drop()
        line, self._line = self._line, None
        if line is not None:
            self._let_go(line)
        with suppress(TimeoutError):
            async with asyncio.timeout(GONE_S):
                while self._ending:
                    await asyncio.wait(self._ending)

    def send(self, command: ServiceCommand) -> bool:
        """Send a command; return False, with a line in the journal, where that cannot be done."""
        raw = build(command)
        trouble = self._line.call.send(raw) if self._line else "there is no call"
        if trouble:
            log.warning("%s was not sent: %s.", type(command).__name__, trouble)
            return False
        self._trace("out", raw)
        return True

    def hear(self, frame: bytes, captured_s: float) -> None:
        """Send one frame of the microphone, captured at that monotonic second; never blocks."""
        if self._line is not None:
            self._line.call.mic.hear(frame, captured_s)

    def keep(self, frame: bytes, captured_s: float) -> None:
        """Keep one frame of the microphone for `put_back`, whether or not it is sent."""
        self._speech.keep(frame, captured_s, unheard=self._line is None or self._line.is_deaf)

    def forget(self) -> None:
        """Overwrite every frame that was kept, and look for no word in them any more."""
        for finding in self._finding:
            finding.cancel()
        self._speech.clear()

    def put_back(self, since_s: float) -> None:
        """Tell the line what the microphone heard since then, up to when `on_put_back` is told.

        What the line, or everybody, has been told already is left out.
        """
        held = self._line
        if held is None:
            return
        held.stop_telling()
        held.putting_back = self._spawn(self._put_back(held, since_s))

    async def _put_back(self, held: HeldCall, since_s: float) -> None:
        try:
            done = await held.telling.put_back(since_s)
        finally:
            # One that was replaced leaves the microphone to the one that goes on.
            if held.putting_back is asyncio.current_task():
                held.hold_in_the_dark()
        if self._line is not held:
            return
        more = bool(done.rest)
        self._on_put_back(SpeechPutBack(held.number, done.how, done.text, more=more))
        if more:
            finding = asyncio.create_task(self._find_words(held.number, done.rest))
            self._finding.add(finding)
            finding.add_done_callback(self._finding.discard)

    async def _find_words(self, number: int, rest: bytes) -> None:
        done = await self._speech.words(rest)
        self._on_put_back(SpeechPutBack(number, done.how, done.text))

    async def _open(self, language: str, number: int, name: PlaceName) -> HeldCall:
        place = await self._places[name]()
        dialling = self._dialling = Dialling(place, self._limit_s)
        held = self._new_call(number, place, name, language)
        opened = False
        try:
            await dialling.open(held.call, language)
            opened = True
        finally:
            if not opened:
                # Nobody waits for this one: the service may take its time to answer.
                ending = asyncio.create_task(dialling.end_unanswered())
                self._unanswered.add(ending)
                ending.add_done_callback(self._unanswered.discard)
                await self._part(held)
        steps = ", ".join(f"{step} {ms:.0f} ms" for step, ms in dialling.timings.items())
        log.info("Connecting took: %s.", steps)
        return held

    def _new_call(self, number: int, place: Place, name: PlaceName, language: str) -> HeldCall:
        def message(raw: str) -> None:
            if held.told:
                self._read(held, raw)
            else:
                held.waiting.append(raw)

        def packet(packet: VoicePacket) -> None:
            if self._line is held:
                self._on_packet(packet)

        def end(why: str) -> None:
            if held is self._line:
                self._line = None
            elif held is self._beside:
                self._beside = None
            else:
                return
            self._let_go(held)
            self._on_lost(number, Fault.LINE_LOST, why)

        call = Call(
            on_message=message,
            on_packet=packet,
            on_hearing=lambda hearing, since_s: self._take_hearing(held, hearing, since_s),
            on_end=end,
            loopback=names_this_machine(place.base_url),
        )
        self.reader = Reader()
        telling = Telling(self._speech, call, name, language)
        held = HeldCall(number, call, telling, place.tokens, self.reader)
        return held

    def _take_hearing(self, held: HeldCall, hearing: Hearing, since_s: float) -> None:
        if not held.is_told_of_speech:
            held.hold_in_the_dark()
        if self._line is held and held.told:
            self._on_hearing(held.number, hearing, since_s)

    def _tell_waiting(self, held: HeldCall) -> None:
        hearing, since_s = held.call.hearing
        if self._line is held and hearing != "well":
            self._on_hearing(held.number, hearing, since_s)
        while held.waiting:
            self._read(held, held.waiting.popleft())
        held.told = True

    def _read(self, held: HeldCall, raw: str) -> None:
        if self._line is not held:
            return
        self._trace("in", raw)
        if held.telling.heed(raw):
            return
        event = held.reader.parse(raw)
        if event is not None:
            self._on_event(event)

    def _let_go(self, held: HeldCall) -> None:
        held.stop_telling()
        self._spawn(self._part(held))

    async def _part(self, held: HeldCall) -> None:
        """Close a call; the service is told beside it, where somebody holds the key for that."""
        if held.call.id:
            self._spawn(held.tokens.hang_up(held.call.id))
        await held.call.close()

    def _spawn(self, work: Coroutine[object, object, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return task

    def _trace(self, direction: Literal["in", "out"], raw: str) -> None:
        if self._on_message is not None:
            self._on_message(direction, raw)


def _given_up() -> LineError:
    return LineError(Fault.LINE_LOST, "The call was given up before it was open.")


def _retrieve(opening: asyncio.Task[HeldCall]) -> None:
    """Take a failure that nobody waits for any more, so that asyncio does not tell of it."""
    if not opening.cancelled():
        opening.exception()
