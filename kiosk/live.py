"""The booth's life on the asyncio loop: its parts, started in order and stopped in reverse.

The sound engine is asked for first and the call's libraries are loaded while it starts; whoever
waits for a booth to start waits for those two.
"""

import asyncio
import gc
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kiosk.audio.link import EngineLink
from kiosk.audio.port import Clock, Lips
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.machine import begin
from kiosk.core.snapshot import FREE_PHASES, Phase, Snapshot
from kiosk.doctor.patient import Patient
from kiosk.doctor.rounds import Rounds
from kiosk.extras import Extras
from kiosk.host.button import Button, KeyboardButton, find_button
from kiosk.host.control import Watcher
from kiosk.host.lamp import Lamp, find_lamp
from kiosk.host.memory import Sweeper
from kiosk.host.systemd import under_systemd
from kiosk.host.watchdog import Watchdog
from kiosk.interview.session import session_configuration
from kiosk.life.heart import Part
from kiosk.life.pulses import Pulses
from kiosk.life.vital import Vital, must_not_end
from kiosk.reading import Reading, outfit
from kiosk.realtime.errors import LineError
from kiosk.reload import Reload, apart
from kiosk.report.telling import Telling, both
from kiosk.runtime import Outlets, Runtime
from kiosk.screen.errors import ScreenError
from kiosk.screen.meters import Meters
from kiosk.screen.window import Window
from kiosk.secret import Secret
from kiosk.setup import setup
from kiosk.standin.process import StandinProcess
from kiosk.startup import Startup

if TYPE_CHECKING:
    from kiosk.realtime.peer import WebRTCAudioManager
    from kiosk.realtime.token import TokenKeeper
    from kiosk.standin.place import StandinPlace

logger = logging.getLogger("kiosk.booth")

SOUND_WORD_S = 1.0
"""So long the first screen waits to hear whether there is a microphone."""
KEY_WORD_S = 3.0
"""And whether there is a key: the token service may have to start first."""


@dataclass(frozen=True, slots=True)
class MainThread:
    """What the parts share with the window's thread."""

    window: Window
    meters: Meters
    keyboard: KeyboardButton
    show: Callable[[Snapshot], None]
    """Takes every new snapshot."""
    telling: Telling
    faced: Future[bool]
    """Done when the face is drawn; True where a theme's face gave way to the booth's own."""
    stopping: Callable[[], None]
    """Is told that the parts are being stopped."""
    startup: Startup
    watchdog: Watchdog


class Live:
    """One life of the parts: `run` it once, on a loop of its own."""

    def __init__(
        self,
        reading: Reading,
        key: Secret,
        environ: Mapping[str, str],
        extras: Extras,
        main: MainThread,
        reread: Callable[[], Reading] | None,
    ) -> None:
        """Take what the booth is told; `reread` is what a reload asks for, and may block."""
        self._reading = reading
        self._reload = Reload(reading, reread) if reread is not None else None
        self._key = key
        self._environ = environ
        self._extras = extras
        self._main = main
        self._runtime: Runtime | None = None
        """Only while it takes orders from other threads."""
        self._lamp: Lamp | None = None
        self._phase = Phase.BOOTING
        self._sweeper = Sweeper(lambda: self._phase in FREE_PHASES)
        self._told_to_stop = False
        self._tell: Callable[[on.Event], None] = lambda _: None
        self._tokens: TokenKeeper | None = None
        self._standin: StandinPlace | None = None
        """Like `_tokens`, known once the line is made."""
        self._token_fault: Fault | None = None
        self._key_known = asyncio.Event()
        """Set once it was tried to get a token."""
        self.line: WebRTCAudioManager | None = None
        """The line, once it is made."""

    def stop(self) -> None:
        """End `run` as soon as goodbye is said; any thread or signal may, at any time."""
        self._told_to_stop = True
        if self._runtime is not None:
            self._runtime.tell_soon(on.StopAsked())

    def reload(self) -> None:
        """Read the configuration again; any thread or signal may, at any time."""
        if self._runtime is not None:
            self._runtime.begin_soon(self._read_again)

    async def run(self) -> bool:
        """Start every part, let the core run, stop every part in reverse.

        Returns whether a fresh process is wanted.
        """
        extras, settings, startup = self._extras, self._reading.settings, self._main.startup
        watchdog = self._main.watchdog
        watchdog.loop = asyncio.get_running_loop()
        async with AsyncExitStack() as parts:
            sound = EngineLink(settings.audio, record=extras.record, monitor=extras.monitor)
            parts.push_async_callback(sound.stop)
            told = setup(self._reading)
            state = begin(told.rules, told.plans, secrets.randbits(31))
            runtime = Runtime(state, sound, self._outlets())
            watchdog.loop.set_exception_handler(Vital(runtime.give_up))
            await sound.start()
            pulses = Pulses(
                watchdog.heart,
                {Part.ENGINE: lambda: not sound.failing, Part.MICROPHONE: runtime.ears_moved},
            )
            pulses.start()
            parts.callback(pulses.stop)

            if self._told_to_stop:
                return False
            await apart(partial(import_module, "kiosk.line"))
            from kiosk.line import open_line  # noqa: PLC0415 - loaded by now, in a thread of its own

            startup.reach("line")
            if self._told_to_stop:
                return False
            tokens, self.line, self._standin = await open_line(
                parts,
                settings,
                self._key,
                runtime,
                extras,
                session=self._session,
                standin=self._standin_process,
                on_kept=partial(self._take_token_news, runtime),
            )
            runtime.use(self.line)
            telling = asyncio.create_task(self._main.telling.run(sound, self.line), name="telling")
            telling.add_done_callback(must_not_end)
            parts.callback(telling.cancel)
            staff = Watcher(runtime.tell)
            self._tell, self._tokens = runtime.tell, tokens
            tokens.prepare(settings.interview.languages[0])
            button = self._take_button(parts)

            if under_systemd(self._environ):
                rounds = Rounds(Patient(settings, environ=self._environ), runtime.report_soon)
                parts.callback(rounds.stop)
                rounds.start()

            self._runtime = runtime
            if self._told_to_stop:
                runtime.tell(on.StopAsked())
            await self._until_known(runtime)
            if not self._told_to_stop:
                for fault in self._faults_known(button):
                    runtime.tell(on.FaultRaised(fault))
                staff.look()
                runtime.tell(on.Booted())
                watching = asyncio.create_task(staff.run(), name="control")
                watching.add_done_callback(must_not_end)
                parts.callback(watching.cancel)
                button.start(lambda down: runtime.tell(on.ButtonChanged(down)))
            try:
                return await runtime.stopped
            finally:
                self._runtime = None
                self._main.stopping()

    async def _until_known(self, runtime: Runtime) -> None:
        """Wait for the face, and not long to hear whether there is a microphone; a stop ends it."""
        faced = asyncio.wrap_future(self._main.faced)
        await asyncio.wait({faced, runtime.stopped}, return_when=asyncio.FIRST_COMPLETED)
        known = asyncio.gather(
            _within(SOUND_WORD_S, runtime.sound_known), _within(KEY_WORD_S, self._key_known)
        )
        either: set[asyncio.Future[Any]] = {known, runtime.stopped}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if runtime.sound_known.is_set():
            self._main.startup.reach("engine")
        known.cancel()
        # What the start made stays: no sweep need go through it.
        gc.freeze()

    def _faults_known(self, button: Button) -> Iterator[Fault]:
        """What is wrong before anything was tried, so that Idle is not shown for a moment."""
        if button.fault is not None:
            yield button.fault
        if self._reading.theme_error is not None or self._main.faced.result():
            yield Fault.THEME

    def _outlets(self) -> Outlets:
        return Outlets(
            show=self._show,
            sum_up=self._main.telling.sum_up,
            levels=self._take_levels,
            wipe=(self._wipe_screen, self._clear_levels, self._end_standin, self._sweeper.sweep),
            prepare=self._make_ready,
            look_again=self._look_again,
            take_up=self._take_up,
            observe=both(self._main.telling.observe, self._extras.observe),
        )

    def _show(self, snapshot: Snapshot) -> None:
        self._phase = snapshot.phase
        self._main.show(snapshot)
        if self._lamp is not None:
            self._lamp.show(snapshot.phase)

    def _take_button(self, parts: AsyncExitStack) -> Button:
        """Find the button, and the lamp in it."""
        settings = self._reading.settings.button
        if self._extras.buttons:
            button = Button((*self._extras.buttons, self._main.keyboard))
        else:
            button = find_button(settings, self._main.keyboard, self._environ)
        parts.callback(button.stop)
        self._lamp = find_lamp(settings, self._environ)
        if self._lamp is not None:
            parts.callback(self._lamp.stop)
        return button

    def _session(self, language: str) -> dict[str, object]:
        reading = self._reading
        return session_configuration(reading.script, reading.settings.realtime, language)

    def _standin_process(self) -> StandinProcess:
        script, folder = self._reading.settings.interview.script, self._reading.scripts
        return StandinProcess(script, folder, must_hear=True, takes_over=True)

    def _take_token_news(self, runtime: Runtime, problem: LineError | None) -> None:
        self._main.startup.reach("token")
        self._key_known.set()
        fault = problem.fault if problem else None
        before, self._token_fault = self._token_fault, fault
        if before is not None and before is not fault:
            runtime.tell(on.FaultCleared(before))
        if fault is not None:
            runtime.tell(on.FaultRaised(fault))

    def _take_levels(self, report: Clock | Lips) -> None:
        if isinstance(report, Lips):
            self._main.meters.speak(report.began_s, report.levels_dbfs, report.brights)
            return
        self._main.meters.heard_dbfs = report.heard_dbfs
        self._main.telling.take_clock(report)
        if self._extras.on_clock is not None:
            self._extras.on_clock(report)

    async def _read_again(self) -> None:
        if self._reload is not None:
            await self._reload.again(
                self._tell, lambda reading: self._tell(on.ConfigurationRead(setup(reading)))
            )

    def _prepare(self, language: str) -> None:
        if self._tokens is not None:
            self._tokens.prepare(language)

    def _look_again(self) -> None:
        if self._tokens is not None:
            self._tokens.look_again()

    def _make_ready(self, wanted: do.PrepareLine) -> None:
        if wanted.place == "service":
            self._prepare(wanted.language)
        elif self._standin is not None:
            self._standin.prepare()

    async def _take_up(self) -> None:
        """Go by what was read last; the window follows when it has drawn everything anew."""
        assert self._reload is not None, "nothing else is taken up"
        self._reading = self._reload.take_up()
        self._main.telling.use(self._reading.settings)
        self._prepare(self._reading.settings.interview.languages[0])
        extras = self._extras
        dressed = outfit(self._reading, recorded=extras.recorded, at_a_desk=extras.quit_on_escape)
        try:
            await apart(partial(self._main.window.dress, dressed))
        except ScreenError as error:
            logger.error("%s", error)  # noqa: TRY400 - its sentence is all there is to say
            self._tell(on.FaultRaised(Fault.THEME))
        else:
            logger.info("the changed configuration holds")

    async def _wipe_screen(self) -> None:
        await asyncio.wrap_future(self._main.window.forget())

    async def _clear_levels(self) -> None:
        self._main.meters.clear()

    async def _end_standin(self) -> None:
        if self._standin is not None:
            await self._standin.end()


async def _within(limit_s: float, known: asyncio.Event) -> None:
    """Wait for something to be known, but not for ever."""
    with suppress(TimeoutError):
        await asyncio.wait_for(known.wait(), limit_s)
