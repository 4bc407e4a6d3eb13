"""The engine at work and the warm one that takes over; both are replaced when they die or hang."""

import asyncio
import logging
from typing import Protocol

from kiosk.audio import wire
from kiosk.audio.process import EngineProcess

BACKOFF_S = (0.0, 0.0, 0.25, 0.5, 1.0, 2.0, 5.0)
"""Waits before a new engine is started, by how many died of their start in a row; the last is
repeated."""
WELL_S = 1.0
"""An engine that served so long did not die of its start."""
TRIES = 6
"""When so many engines have died of their start in a row, this process may be the reason."""
START_LIMIT_S = 15.0
"""Until the first word of an engine, on a slow machine with a cold disk."""
HANG_OPEN_S = 1.5
"""An engine with open devices that says nothing for so long hangs.  It speaks every 50 ms, but an
overloaded machine (load 8 on two cores) kept one silent for 1 s that was well."""
HANG_CLOSED_S = 2.5
"""The same with closed devices: it speaks every 250 ms, and nobody waits for it."""
WATCH_S = 0.2
"""How often a silence is looked for."""
_LOG = logging.getLogger(__name__)


class Owner(Protocol):
    """Who uses the engines."""

    @property
    def is_open(self) -> bool:
        """Sound is wanted now."""

    def began(self) -> None:
        """An engine was put to work, and knows nothing yet."""

    def heed(self, message: wire.Message) -> None:
        """The engine at work has spoken."""

    def lost(self, why: str) -> None:
        """The engine at work died or hung."""


class Engines:
    """Up to two processes, of which one has the devices."""

    def __init__(self, owner: Owner) -> None:
        self.restarts = 0
        """Engines that died at work."""
        self._owner = owner
        self._loop: asyncio.AbstractEventLoop
        """Known from `start` on."""
        self._setup: wire.Setup | None = None
        """What engines are told about themselves; None while none may be started."""
        self._serving: EngineProcess | None = None
        self._spare: EngineProcess | None = None
        self._leaving: set[EngineProcess] = set()
        """Killed or retired, perhaps still with a device in their hands."""
        self._deaths = 0
        """Of engines that died of their start, in a row."""
        self._blamed = 0
        """Those of them that were in no driver's hands."""
        self._renewing = False
        self._next: asyncio.TimerHandle | None = None
        """The start of another engine."""
        self._watching: asyncio.TimerHandle | None = None
        self._over = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The process at work."""
        return self._serving.pid if self._serving else None

    @property
    def spare_pid(self) -> int | None:
        """The process in reserve, once it is warm."""
        return self._spare.pid if self._spare and self._spare.warm else None

    @property
    def failing(self) -> bool:
        """One engine after the other dies of its start, and no device's driver is the reason."""
        return self._blamed >= TRIES and not self._serves_well

    @property
    def _serves_well(self) -> bool:
        served_s = self._serving.served_s if self._serving else None
        return served_s is not None and self._loop.time() - served_s > WELL_S

    def start(self, setup: wire.Setup) -> None:
        """Put an engine to work, and then keep another warm."""
        self._loop = asyncio.get_running_loop()
        self._setup = setup
        self._fill()
        self._watch()

    async def stop(self) -> None:
        """End all of them; returns when they are gone, within a second."""
        self._setup = None
        for timer in (self._next, self._watching):
            if timer is not None:
                timer.cancel()
        for engine in (self._serving, self._spare):
            if engine is not None:
                self._leaving.add(engine)
                engine.retire()
        self._serving = self._spare = None
        while self._leaving:
            self._over.clear()
            await self._over.wait()

    def tell(self, message: wire.Message) -> bool:
        """Send to the engine at work; False when there is none, or it does not keep up."""
        return self._serving is not None and self._serving.tell(message)

    def fail(self, why: str) -> None:
        """Replace the engine at work, which is of no use any more."""
        if self._serving is not None:
            self._lose(self._serving, why)

    def renew(self) -> None:
        """Let a fresh process take the place of the one at work, as soon as sound is closed."""
        self._renewing = True
        self.turn_over()

    def turn_over(self) -> None:
        """Carry out a renewal that was asked for, if it can be now."""
        old = self._serving
        able = old is not None and not old.leaving and self.spare_pid is not None
        if old is not None and able and self._renewing and not self._owner.is_open:
            self._renewing = False
            self._serving = None
            self._leaving.add(old)
            old.retire()

    # --- life and death ---------------------------------------------------------------------------

    def _fill(self) -> None:
        """Put an engine to work and another in reserve, as far as that is possible now."""
        if self._setup is None:
            return
        if self._serving is None and self._spare is not None and not self._leaving:
            self._serving, self._spare = self._spare, None
            self._serving.heard_s = self._loop.time()
            self._owner.began()
        idle = self._serving is None or self._serving.served_s is not None
        if self._spare is None and self._next is None and idle:
            wait_s = BACKOFF_S[min(self._deaths, len(BACKOFF_S) - 1)]
            self._next = self._loop.call_later(wait_s, self._begin, self._setup)

    def _begin(self, setup: wire.Setup) -> None:
        self._next = None
        try:
            self._spare = EngineProcess(setup, self._heed, self._ended)
        except OSError as error:
            _LOG.warning("No sound engine can be started: %s.", error)
            self._count(well=False, in_driver=False)
        self._fill()

    def _heed(self, engine: EngineProcess, message: wire.Message) -> None:
        first, engine.warm = not engine.warm, True
        if engine is self._serving:
            if engine.served_s is None:
                engine.served_s = self._loop.time()
                self._fill()
            self._owner.heed(message)
        elif first:
            self.turn_over()

    def _lose(self, engine: EngineProcess, why: str) -> None:
        self._leaving.add(engine)
        engine.kill(why)

    def _ended(self, engine: EngineProcess, why: str) -> None:
        now_s = self._loop.time()
        self._leaving.discard(engine)
        self._over.set()
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if engine is self._serving:
            self._serving = None
            self.restarts += 1
            self._renewing = False
            well = engine.served_s is not None and now_s - engine.served_s > WELL_S
            self._count(well=well, in_driver=bool(engine.patience_s))
            _LOG.warning("%s", why)
            self._owner.lost(why)
        elif engine is self._spare:
            self._spare = None
            well = engine.warm and now_s - engine.began_s > WELL_S
            self._count(well=well, in_driver=False)
            _LOG.warning("The spare was lost: %s", why)
        self._fill()

    def _count(self, *, well: bool, in_driver: bool) -> None:
        self._deaths = 0 if well else self._deaths + 1
        self._blamed = 0 if well else self._blamed + (not in_driver)

    def _watch(self) -> None:
        """Look for engines that hang."""
        self._watching = self._loop.call_later(WATCH_S, self._watch)
        for engine in (self._serving, self._spare):
            if engine is None or engine.leaving:
                continue
            engine.catch_up()
            limit_s = self._limit_s(engine)
            if not engine.leaving and self._loop.time() - engine.heard_s > limit_s:
                self._lose(engine, f"The sound engine said nothing for {limit_s:g} s.")

    def _limit_s(self, engine: EngineProcess) -> float:
        """Return how long it may say nothing."""
        if not engine.warm:
            return START_LIMIT_S
        if engine is self._spare:
            return float("inf")
        usual_s = HANG_OPEN_S if self._owner.is_open else HANG_CLOSED_S
        return usual_s if engine.patience_s is None else max(usual_s, engine.patience_s)
