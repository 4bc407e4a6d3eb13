import asyncio
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from kiosk import log
from kiosk.audio.port import Clock
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.snapshot import FREE_PHASES, Connection, Phase, Snapshot
from kiosk.report.bulletin import Facts
from kiosk.report.tally import Counts
from kiosk.report.telling import Telling, both
from kiosk.settings import BoothSettings, PriceSettings, Settings
from tests.core.world import World

CLOCK = Clock(0.0, 0, 0, False, -100.0, False, 0, 0)

INTERVIEW = (Phase.CONNECTING, Phase.CONVERSING, Phase.RECONNECTING, Phase.CONVERSING)


class Manager:
    """A service manager that keeps what it was told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.readies = 0

    def status(self, text: str) -> None:
        """Keep a line."""
        self.lines.append(text)

    def ready(self) -> None:
        """Count."""
        self.readies += 1


class Paper:
    """A publisher that keeps what it was given."""

    def __init__(self, kept: object = None) -> None:
        self.kept = kept
        self.reports: list[Mapping[str, object]] = []
        self.days: list[Mapping[str, Counts]] = []
        self.busy = False
        self._changed = asyncio.Event()

    def publish(self, report: Mapping[str, object]) -> None:
        """Keep a report."""
        self.reports.append(report)
        self._changed.set()

    async def until(self, enough: Callable[[], bool]) -> None:
        """Wait for reports."""
        async with asyncio.timeout(10):
            while not enough():
                self._changed.clear()
                await self._changed.wait()

    def save(self, days: Mapping[str, Counts]) -> bool:
        """Keep the counts, unless busy."""
        if not self.busy:
            self.days.append(days)
        return not self.busy

    def saved(self) -> object:
        """What was kept before."""
        return self.kept


class Sound:
    """A sound engine that died twice."""

    dropped_packets = 3
    restarts = 2


class OpenLine:
    """A line in a call."""

    connection = Connection.CONNECTED
    timings: Mapping[str, float] = {"token": 0.4, "sdp": 81.6}
    quality: Mapping[str, float] = {"round_trip_ms": 40.0, "jitter_ms": 2.0, "lost_percent": 0.5}


def telling_to(
    manager: Manager, paper: Paper | None = None, settings: Settings | None = None
) -> Telling:
    return Telling(
        manager, paper or Paper(), settings or Settings(), Facts("1.2", "boot", time.monotonic())
    )


@pytest.fixture
def fields(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Each context that the journal was given."""
    given: list[dict[str, str]] = []
    monkeypatch.setattr(log, "set_context", lambda **context: given.append(context))
    return given


@pytest.fixture
def manager() -> Manager:
    return Manager()


def test_the_service_is_ready_once_the_screen_says_something_true(manager: Manager) -> None:
    telling = telling_to(manager)
    told = []
    for phase in (Phase.BOOTING, *FREE_PHASES):
        telling.show(Snapshot(phase))
        told.append(manager.readies)
    assert told == [0, 1, 1, 1]
    assert manager.lines[0] == "Starting"


def test_each_interview_has_a_name_of_its_own(
    manager: Manager, fields: list[dict[str, str]]
) -> None:
    telling = telling_to(manager)
    for phase in (*INTERVIEW, Phase.FAREWELL, Phase.WIPING, Phase.IDLE, *INTERVIEW, Phase.IDLE):
        telling.show(Snapshot(phase))
    names = [each["session"] for each in fields]
    first, second = names[0], names[7]
    assert first
    assert second
    assert first != second
    assert names == [first] * 6 + [""] + [second] * 4 + [""]


def test_records_carry_the_code_of_the_moment(
    manager: Manager, fields: list[dict[str, str]]
) -> None:
    telling = telling_to(manager)
    for fault in (Fault.UNREACHABLE, Fault.UNREACHABLE, Fault.MIC_MISSING):
        telling.show(Snapshot(Phase.OUT_OF_SERVICE, fault=fault))
    telling.show(Snapshot(Phase.IDLE))
    assert [(each["phase"], each["code"]) for each in fields] == [
        ("out of service", "NET1"),
        ("out of service", "MIC2"),
        ("idle", ""),
    ]


def test_a_fault_while_calling_keeps_the_name(
    manager: Manager, fields: list[dict[str, str]]
) -> None:
    telling = telling_to(manager)
    telling.show(Snapshot(Phase.CONNECTING))
    telling.show(Snapshot(Phase.CONNECTING, fault=Fault.ECHO))
    assert fields[0]["session"]
    assert len({each["session"] for each in fields}) == 1


# --- an interview ---------------------------------------------------------------------------------


class Interview(World):
    """A world whose every step is told."""

    def __init__(self, telling: Telling) -> None:
        super().__init__()
        self.on_step = self._tell
        self._telling = telling
        self.now = time.monotonic()

    def _tell(self, _: World, event: on.Event, effects: tuple[do.Effect, ...]) -> None:
        self._telling.observe(self.state, event, effects, self.now)
        self._telling.show(self.shown)
        for effect in effects:
            if isinstance(effect, do.SumUp):
                self._telling.sum_up(effect)

    def uses(self, usage: on.Usage) -> None:
        self.tell(on.ResponseDone("", "completed", "", None, (), (), usage))

    def ends_after(self, seconds: float) -> None:
        """Take so long, and use a thousand tokens of each kind."""
        self.converse()
        self.wait(1)
        self.uses(on.Usage(*(1000,) * 6, told=True))
        self.now += seconds - 1
        self.tell(on.StopAsked())


PRICES = PriceSettings(
    text_input=10,
    cached_text_input=10,
    audio_input=10,
    cached_audio_input=10,
    text_output=10,
    audio_output=10,
    currency="EUR",
)
LATER_S = 119.0
STOPPED = "interview ended early: the booth is stopped; question 0 of 3; "


@pytest.mark.parametrize(
    ("prices", "price"),
    [
        (PRICES, "; at least 0.06 EUR"),
        (replace(PRICES, model="another"), ""),
        (replace(PRICES, text_output=0.0), ""),
    ],
)
def test_an_interview_is_summed_up_in_one_line(
    manager: Manager, caplog: pytest.LogCaptureFixture, prices: PriceSettings, price: str
) -> None:
    settings = Settings(prices=prices)
    with caplog.at_level(logging.INFO):
        Interview(telling_to(manager, settings=settings)).ends_after(LATER_S)
    (line,) = caplog.messages
    assert line.startswith(STOPPED)
    assert re.fullmatch(r"\d+ (min \d+ )?s; 6000 tokens" + price, line.removeprefix(STOPPED))


def test_an_interview_that_failed_is_summed_up_with_its_code(
    manager: Manager, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        telling_to(manager).sum_up(do.SumUp("fault", 2, 5, Fault.LINE_LOST))
    assert caplog.messages == [
        "[NET5] interview ended early: The call was lost; question 2 of 5; 0 s"
    ]
    assert getattr(caplog.records[0], log.CODE_FIELD) == "NET5"


def test_the_line_of_the_service_tells_the_minutes(manager: Manager) -> None:
    telling = telling_to(manager)
    world = Interview(telling)
    world.now -= 200
    world.converse()
    telling.show(world.shown)
    assert manager.lines[-1] == "In an interview, question 0 of 3, for 3 min"


# --- the report -----------------------------------------------------------------------------------


async def published(telling: Telling, paper: Paper, count: int) -> None:
    """Let the telling run until it has published so often."""
    task = asyncio.create_task(telling.run(Sound(), OpenLine()))
    try:
        await paper.until(lambda: len(paper.reports) >= count)
    finally:
        task.cancel()


async def test_the_report_follows_each_change(manager: Manager) -> None:
    paper = Paper()
    telling = telling_to(manager, paper)
    world = Interview(telling)
    task = asyncio.create_task(telling.run(Sound(), OpenLine()))
    try:
        await paper.until(lambda: len(paper.reports) == 1)
        world.converse()
        await paper.until(lambda: paper.reports[-1]["in_interview"] is True)
        world.tell(on.StopAsked())
        await paper.until(lambda: paper.reports[-1]["phase"] == "stopping")
    finally:
        task.cancel()
    assert paper.reports[0]["in_interview"] is False
    assert paper.reports[-1]["in_interview"] is False


async def test_the_report_comes_though_nothing_changes(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.report.telling.EVERY_S", 0.05)
    monkeypatch.setattr("kiosk.report.telling.LEAST_S", 0.01)
    paper = Paper()
    await published(telling_to(manager, paper), paper, 3)
    assert {report["phase"] for report in paper.reports} == {"booting"}


async def test_each_interview_is_kept_once_when_it_is_over(manager: Manager) -> None:
    paper = Paper({"2000-01-01": {"presses": 1}})
    telling = telling_to(manager, paper)
    world = Interview(telling)
    world.converse()
    await published(telling, paper, 1)
    assert paper.days == []
    paper.busy = True
    world.tell(on.StopAsked())
    await published(telling, paper, 2)
    paper.busy = False
    await published(telling, paper, 3)
    await published(telling, paper, 4)
    (days,) = paper.days
    assert days["2000-01-01"] == {"presses": 1}
    assert [counts.get("interviews") for counts in days.values()] == [None, 1]


def test_what_the_engine_missed_is_counted_through_all_openings(manager: Manager) -> None:
    telling = telling_to(manager)
    for underruns in (0, 2, 3, 0, 1, 1):
        telling.take_clock(replace(CLOCK, underruns=underruns))
    sound = telling.report(Sound(), OpenLine())["sound"]
    assert sound == {
        "underruns": 4,
        "overruns": 0,
        "engine_restarts": 2,
        "dropped_packets": 3,
    }


def test_a_changed_configuration_is_told(manager: Manager) -> None:
    telling = telling_to(manager)
    telling.use(Settings(booth=BoothSettings("Hall 4"), prices=PRICES))
    report = telling.report(Sound(), OpenLine())
    assert (report["booth"], report["currency"]) == ("Hall 4", "EUR")


def test_both_observers_are_called() -> None:
    seen: list[object] = []
    both(seen.append, None)(1)
    both(seen.append, lambda value: seen.append(-value))(2)
    assert seen == [1, 2, -2]
