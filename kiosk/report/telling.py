"""What the booth tells of itself outside: to the journal, to systemd, and to `status.json`."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, Protocol

from kiosk import log
from kiosk.audio.port import Clock
from kiosk.core.effects import How, SumUp
from kiosk.core.snapshot import FREE_PHASES, Connection, Phase, Snapshot
from kiosk.report.bulletin import Facts, Moment, bulletin
from kiosk.report.cost import cost, prices_for
from kiosk.report.counting import Counting
from kiosk.report.status import status_line
from kiosk.report.tally import TOKENS, Counts, Tally, days_from, minutes
from kiosk.settings import Settings

EVERY_S = 10.0
"""So often the report is written where nothing changes."""
LEAST_S = 0.2
"""Changes that come closer together are written at once."""
MISSED = ("underruns", "overruns")
"""What the sound engine counts anew with each opening."""
SAVE_S = 60.0
"""Presses that led nowhere are not worth more writing to a card than this."""
_ENDED: Mapping[How, str] = {
    "finished": "interview ended: all was asked",
    "time": "interview ended: its time was over",
    "silence": "interview ended: nobody answered",
    "stopped": "interview ended: the candidate stopped it",
    "staff": "interview ended early: the booth is stopped",
    "fault": "interview ended early",
}

logger = logging.getLogger("kiosk.booth")


class ServiceManager(Protocol):
    """The part of `Notifier` that is used here."""

    def status(self, text: str) -> None:
        """Set the line that `systemctl status` shows; said only when it changed."""

    def ready(self) -> None:
        """Say that the booth has started."""


class Paper(Protocol):
    """The part of `Publisher` that is used here."""

    def publish(self, report: Mapping[str, object]) -> None:
        """Let everybody read a report."""

    def save(self, days: Mapping[str, Counts]) -> bool:
        """Begin to keep what was counted; False where that must be tried again."""

    def saved(self) -> object:
        """Return what was kept, whatever stands there."""


class Engine(Protocol):
    """What is told of the sound engine."""

    dropped_packets: int

    @property
    def restarts(self) -> int:
        """Engines that died at work."""


class Line(Protocol):
    """What is told of the line."""

    @property
    def connection(self) -> Connection:
        """Where the line is."""

    @property
    def timings(self) -> Mapping[Any, float]:
        """How long each step of the last connect took, in ms."""

    @property
    def quality(self) -> Mapping[str, float]:
        """How the way to the service is."""


class Telling:
    """Is shown every snapshot, and tells what is new; used on the asyncio thread."""

    def __init__(
        self, manager: ServiceManager, paper: Paper, settings: Settings, facts: Facts
    ) -> None:
        self._manager = manager
        self._paper = paper
        self._settings = settings
        self._facts = facts
        self._snapshot = Snapshot(Phase.BOOTING)
        self._fields: tuple[Phase, str] | None = None
        """Phase and code that the journal's records carry."""
        self._line = ""
        """What systemd was told last."""
        self._session = ""
        """The interview's name, which nobody else knows."""
        self._ready = False
        self._changed = asyncio.Event()
        self._counting = Counting(_today, days_from(paper.saved()))
        self._saved: Tally = self._counting.tally
        """As it was kept last."""
        self._saved_s = time.monotonic()
        self._sound: Counts = dict.fromkeys(MISSED, 0)
        self._clock: Clock | None = None
        self.observe = self._counting.observe
        """Is shown each step of the core."""

    def use(self, settings: Settings) -> None:
        """Go by other settings from here on."""
        self._settings = settings

    def show(self, snapshot: Snapshot) -> None:
        """Tell what is new; records that are written from here on belong to this snapshot."""
        self._snapshot = snapshot
        self._tell_journal(snapshot)
        self._tell_manager()

    def sum_up(self, effect: SumUp) -> None:
        """Write the one line that says how an interview went."""
        line, code = _ENDED[effect.how], ""
        if effect.fault is not None:
            code = effect.fault.remedy.code
            line = f"[{code}] {line}: {effect.fault.remedy.what.rstrip('.')}"
        counts = self._counting.tally.interview
        tokens = sum(counts.get(name, 0) for name in TOKENS)
        parts = (
            line,
            f"question {effect.question} of {effect.questions}",
            _length(counts.get("interview_s", 0)),
            f"{tokens:.0f} tokens" if tokens else "",
            self._price(counts),
        )
        level = logging.WARNING if code else logging.INFO
        logger.log(level, "%s", "; ".join(filter(None, parts)), extra={log.CODE_FIELD: code})

    def take_clock(self, clock: Clock) -> None:
        """Count what the sound engine missed; its own numbers begin anew with each opening."""
        for name in MISSED:
            before = 0 if self._clock is None else getattr(self._clock, name)
            now: int = getattr(clock, name)
            more = now - before if now >= before else now
            if more:
                self._sound = {**self._sound, name: self._sound[name] + more}
        self._clock = clock

    async def run(self, engine: Engine, line: Line) -> None:
        """Publish the report at each change, and at least every `EVERY_S`; never returns."""
        while True:
            self._tell_manager()
            self._paper.publish(self.report(engine, line))
            self._save()
            self._changed.clear()
            await asyncio.sleep(LEAST_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S - 2 * LEAST_S):
                    await self._changed.wait()

    def report(self, engine: Engine, line: Line) -> Mapping[str, object]:
        """Return what `status.json` says now."""
        now = Moment(
            self._snapshot,
            time.monotonic(),
            time.time(),
            _today(),
            sound={
                **self._sound,
                "engine_restarts": engine.restarts,
                "dropped_packets": engine.dropped_packets,
            },
            network={
                "line": line.connection.value,
                "connect_ms": {step: round(ms) for step, ms in line.timings.items()},
                **line.quality,
            },
        )
        settings = self._settings
        prices = prices_for(settings.realtime.model, settings.prices)
        tally = self._counting.tally
        return bulletin(
            self._facts, settings.booth.name, prices, settings.prices.currency, tally, now
        )

    def _save(self) -> None:
        """Keep each interview at once when it is over, and anything else now and then."""
        tally, before, now = self._counting.tally, self._saved, time.monotonic()
        if tally.began_s is not None or tally.days is before.days:
            return
        ended = tally.start.get("interviews") != before.start.get("interviews")
        if (ended or now - self._saved_s >= SAVE_S) and self._paper.save(tally.days):
            self._saved, self._saved_s = tally, now

    def _price(self, counts: Counts) -> str:
        settings = self._settings
        price = cost(counts, prices_for(settings.realtime.model, settings.prices))
        if price is None or not counts.get("responses"):
            return ""
        least = "" if price.whole else "at least "
        return f"{least}{price.amount:.2f} {settings.prices.currency}"

    def _tell_manager(self) -> None:
        going_on = minutes(self._counting.tally, time.monotonic())
        line = status_line(self._snapshot, going_on)
        if line != self._line:
            self._line = line
            self._changed.set()
        self._manager.status(line)
        if not self._ready and self._snapshot.phase in FREE_PHASES:
            self._ready = True
            self._manager.ready()

    def _tell_journal(self, snapshot: Snapshot) -> None:
        code = snapshot.fault.remedy.code if snapshot.fault else ""
        before, self._fields = self._fields, (snapshot.phase, code)
        if before == self._fields:
            return
        self._changed.set()
        if snapshot.phase in FREE_PHASES:
            self._session = ""
        elif snapshot.phase is Phase.CONNECTING and (
            before is None or before[0] != Phase.CONNECTING
        ):
            self._session = secrets.token_hex(4)
        log.set_context(phase=snapshot.phase.value, session=self._session, code=code)


def both(first: Callable[..., None], second: Callable[..., None] | None) -> Callable[..., None]:
    """Return a call that makes two, where there are two."""
    if second is None:
        return first

    def call(*values: object) -> None:
        first(*values)
        second(*values)

    return call


def _today() -> str:
    return date.today().isoformat()  # noqa: DTZ011 - the day of those who stand around the booth


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
