"""The skin around the core: events go in, effects are carried out, one timer is kept.

It decides nothing.  Everything here runs on the asyncio thread; `tell` may be called from it only,
`tell_soon` from any.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kiosk.audio.port import Clock, Lips, Sound, VoicePacket
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.machine import IllegalEventError, next_deadline, step
from kiosk.core.snapshot import Hearing, Snapshot
from kiosk.core.state import State
from kiosk.core.view import view
from kiosk.log import CODE_FIELD
from kiosk.realtime.errors import LineError
from kiosk.realtime.port import Line
from kiosk.sound_news import SoundNews

logger = logging.getLogger("kiosk.booth")

CLOSE_LIMIT_S = 1.5
"""How long closing waits for what is still being closed."""

_Job = asyncio.Task[None] | None

Observer = Callable[[State, on.Event, tuple[do.Effect, ...], float], None]
"""Is shown each step: the new state, the event, the effects, and the monotonic second."""


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where the runtime reports to; each is called on the asyncio thread."""

    show: Callable[[Snapshot], None]
    """Takes every new snapshot."""
    levels: Callable[[Clock | Lips], None]
    """Takes every report of what is played and heard, for what moves with the sound."""
    wipe: tuple[Callable[[], Awaitable[None]], ...] = ()
    """Forget the candidate: one for each part that keeps something of the conversation."""
    prepare: Callable[[do.PrepareLine], None] = lambda _: None
    """Have ready what a call needs."""
    look_again: Callable[[], None] = lambda: None
    """Try again what was refused."""
    take_up: Callable[[], Coroutine[Any, Any, None]] | None = None
    """Go by the configuration that was read last."""
    sum_up: Callable[[do.SumUp], None] = lambda _: None
    """An interview is over."""
    observe: Observer | None = None


class Runtime:
    """Carries one core through its day."""

    def __init__(self, state: State, sound: Sound, outlets: Outlets) -> None:
        """Listen to `sound`; what it says before `use` is heard, but no call can be made."""
        self._state = state
        self._sound = sound
        self._outlets = outlets
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._dialling: _Job = None
        self._closing: _Job = None
        self._jobs: set[asyncio.Task[None]] = set()
        self._voice_passes = False
        self._hears = False
        """A call attends the candidate."""
        self._frame_came = False
        self._sound_news = SoundNews(self.tell, outlets.levels)
        self.stopped: asyncio.Future[bool] = self._loop.create_future()
        """Done when the core asked to end; True when it wants a fresh process."""
        self._line: Line
        """Known from `use` on."""
        self._carry_out = self._handlers()
        sound.on_report = self._sound_news.take

    def use(self, line: Line) -> None:
        """Talk over `line`, which reports back to this runtime; the microphone goes there."""
        self._line = line

        def hear(frame: bytes, captured_s: float) -> None:
            self._frame_came = True
            line.keep(frame, captured_s)
            if self._hears:
                line.hear(frame, captured_s)

        self._sound.on_frame = hear

    async def close(self) -> None:
        """Stop the clock, and wait for what is still being closed; what hangs is given up."""
        if self._timer is not None:
            self._timer.cancel()
        if self._jobs:
            _, hanging = await asyncio.wait(self._jobs.copy(), timeout=CLOSE_LIMIT_S)
            for job in hanging:
                job.cancel()
            if hanging:
                await asyncio.wait(hanging)

    # --- from the parts ---------------------------------------------------------------------------

    def tell(self, event: on.Event) -> None:
        """Give the core one event and do what it asks for.

        Where that fails the booth cannot trust itself any more and asks for a fresh process; what
        happens after it has asked is not the booth's own fault, and nobody is told a cause.
        """
        if self.stopped.done():
            return
        try:
            self._advance(event)
        except IllegalEventError as error:
            logger.error("dropped: %s", error)  # noqa: TRY400 - a sentence is enough
        except Exception:
            logger.exception("%s could not be dealt with", type(event).__name__)
            self.give_up()

    def _advance(self, event: on.Event) -> None:
        now = self._loop.time()
        self._state, effects = step(self._state, event, now)
        if self._outlets.observe is not None:
            self._outlets.observe(self._state, event, effects, now)
        self._set_timer()
        self._outlets.show(view(self._state))
        for effect in effects:
            self._carry_out[type(effect)](effect)

    def tell_soon(self, event: on.Event) -> None:
        """Give the core one event from another thread; nothing once the loop has ended."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.tell, event)

    def report_soon(self, fault: Fault, *, there: bool) -> None:
        """Say from another thread that a fault is there, or is over."""
        self.tell_soon(on.FaultRaised(fault) if there else on.FaultCleared(fault))

    def begin_soon(self, job: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Begin a job from another thread or a signal; nothing once the loop has ended."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(lambda: self._begin(job()))

    def give_up(self) -> None:
        """Ask for a fresh process: a part has failed that the booth cannot be without."""
        self._stop(do.Stop(restart=True))

    @property
    def sound_known(self) -> asyncio.Event:
        """Set once the sound engine has said whether it can hear and speak."""
        return self._sound_news.known

    def ears_moved(self) -> bool:
        """Whether the microphone gave a frame since this was last asked, or cannot be asked to."""
        moved, self._frame_came = self._frame_came, False
        return moved or not self._hears or bool(self._sound_news.faults)

    def take_packet(self, packet: VoicePacket) -> None:
        """Play one packet of the interviewer's voice, unless it was interrupted."""
        if self._voice_passes:
            self._sound.play(packet)

    def take_hearing(self, call: int, hearing: Hearing, since_s: float) -> None:
        """The line hears the service in another way than before."""
        self.tell(on.LineWatched(call, hearing, since_s))

    def take_loss(self, call: int, fault: Fault, why: str) -> None:
        """An open call is gone."""
        logger.warning("line: %s", why)
        self.tell(on.LineFailed(call, fault))

    # --- effects ----------------------------------------------------------------------------------

    def _handlers(self) -> Mapping[type[do.Effect], Callable[[Any], object]]:
        return {
            do.Note: self._note,
            do.SumUp: self._outlets.sum_up,
            do.Say: lambda effect: self._line.send(effect.command),
            do.PrepareLine: self._outlets.prepare,
            do.LookAgain: lambda _: self._outlets.look_again(),
            do.OpenLine: self._open_line,
            do.TakeLine: self._take_line,
            do.DropLine: lambda _: self._drop_line(),
            do.PutBackSpeech: self._put_back,
            do.CloseLine: lambda _: self._close_line(),
            do.OpenSound: lambda _: self._sound.open(),
            do.CloseSound: lambda _: self._close_sound(),
            do.HearCandidate: lambda _: self._attend(on=True),
            do.FlushVoice: lambda _: self._flush_voice(),
            do.PassVoice: lambda _: self._pass_voice(),
            do.HoldBack: lambda _: self._sound.hold_back(),
            do.Wipe: lambda _: self._wipe(),
            do.TakeUp: lambda _: self._take_up(),
            do.Stop: self._stop,
        }

    def _note(self, note: do.Note) -> None:
        code = f"[{note.code}] " if note.code else ""
        level = logging.WARNING if note.code and not note.over else logging.INFO
        logger.log(level, "%s%s", code, note.text, extra={CODE_FIELD: note.code})

    def _open_line(self, effect: do.OpenLine) -> None:
        self._drop_line()
        self._dialling = self._begin(self._connect(effect))

    def _take_line(self, effect: do.TakeLine) -> None:
        self._attend(on=False)
        self._line.take(effect.call)

    def _put_back(self, effect: do.PutBackSpeech) -> None:
        self._attend(on=False)
        self._line.put_back(effect.since_s)

    def _drop_line(self) -> None:
        if self._dialling is not None:
            self._dialling.cancel()
        self._line.drop()

    def _close_line(self) -> None:
        self._drop_line()
        self._closing = self._begin(self._line.disconnect())

    def _attend(self, *, on: bool) -> None:
        self._hears = on
        self._sound.attend(on=on)

    def _close_sound(self) -> None:
        self._hears = False
        self._sound.close()

    def _flush_voice(self) -> None:
        self._voice_passes = False
        self._sound.flush()

    def _pass_voice(self) -> None:
        self._voice_passes = True

    def _wipe(self) -> None:
        self._flush_voice()
        self._sound.renew()
        self._begin(self._forget(self._closing))

    def _take_up(self) -> None:
        if self._outlets.take_up is not None:
            self._begin(self._outlets.take_up())

    def _stop(self, effect: do.Stop) -> None:
        if not self.stopped.done():
            self.stopped.set_result(effect.restart)

    async def _connect(self, effect: do.OpenLine) -> None:
        try:
            await self._line.connect(effect.language, effect.call, effect.place)
        except LineError as error:
            logger.warning("line: %s", error)
            wait_s, answered = error.retry_after_s or 0.0, error.status is not None
            self.tell(on.LineFailed(effect.call, error.fault, wait_s, answered=answered))
        else:
            self.tell(on.LineOpened(effect.call))

    async def _forget(self, before: _Job) -> None:
        await _ended(before)
        self._line.forget()
        for forget in self._outlets.wipe:
            await forget()
        self.tell(on.Wiped())

    def _begin(self, job: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._job_ended)
        return task

    def _job_ended(self, task: asyncio.Task[None]) -> None:
        self._jobs.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a part of the booth failed", exc_info=error)
            self.give_up()

    # --- time -------------------------------------------------------------------------------------

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        at = next_deadline(self._state)
        self._timer = None if at is None else self._loop.call_at(at, self.tell, on.TimePassed())


async def _ended(job: _Job) -> None:
    if job is not None:
        await asyncio.wait([job])
