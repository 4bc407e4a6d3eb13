"""A booth made of its real parts: whole, stopped, silenced and broken."""

import asyncio
import errno
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from kiosk import line
from kiosk.audio.link import EngineLink
from kiosk.booth import Booth
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase
from kiosk.core.state import State
from kiosk.core.talk import Talk
from kiosk.errors import ExitStatus
from kiosk.extras import Extras
from kiosk.host.button import KeyboardButton, ScriptedButton
from kiosk.host.systemd import Notifier
from kiosk.interview.script import load_script
from kiosk.life.guard import STOP_SIGNALS
from kiosk.reading import Reading
from kiosk.realtime.errors import LineError
from kiosk.realtime.token import SessionConfiguration, Token
from kiosk.screen.meters import Meters
from kiosk.secret import Secret
from kiosk.settings import (
    AudioSettings,
    InterviewSettings,
    RealtimeSettings,
    ScreenSettings,
    Settings,
    TokenSettings,
)
from tests.rigs.booth_process import (
    DIRECT,
    PATIENCE_S,
    PRESSED,
    STOP_S,
    BoothProcess,
    person,
    systemd,
    until,
)
from tests.rigs.booth_process import running as running_processes
from tests.rigs.standin import KEY, Service, service, write_script

CONFIG = """
[realtime]
base_url = "{base_url}"
turn_detection = "server_vad"
[audio]
backend = "file"
input = "file:{microphone}"
output = "file:"
[button]
hold_s = 0.5
[interview]
script = "short"
farewell_s = 1
"""
ENVIRON = {"OPENAI_API_KEY": KEY}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(autouse=True)
def _script(tmp_path: Path) -> None:
    write_script(tmp_path)


# --- in this process ------------------------------------------------------------------------------


class Watch:
    """What the core did, and a way to act on it."""

    def __init__(self) -> None:
        self.phases: list[Phase] = []
        self.began_s: list[float] = []
        self.act: Callable[[State], None] = lambda _: None

    def __call__(self, state: State, _: on.Event, __: tuple[do.Effect, ...], now_s: float) -> None:
        if not self.phases or self.phases[-1] is not state.phase:
            self.phases.append(state.phase)
            self.began_s.append(now_s)
            self.act(state)

    def began(self, phase: Phase) -> float:
        """Return when a phase began last."""
        return max(
            at_s for at_s, each in zip(self.began_s, self.phases, strict=True) if each is phase
        )


PATIENCE = InterviewSettings(
    script="short",
    silence_prompt_s=0.5,
    silence_goodbye_s=0.5,
    silence_ring_s=0.5,
    farewell_s=0.5,
)


def make(
    folder: Path,
    base_url: str,
    watch: Watch,
    extras: Extras | None = None,
    microphone: str = "file:",
) -> Booth:
    settings = Settings(
        realtime=RealtimeSettings(base_url=base_url, turn_detection="server_vad"),
        audio=AudioSettings(backend="file", input=(microphone,), output=("file:",)),
        screen=ScreenSettings(driver="offscreen", width=320, height=240, fps=20),
        interview=PATIENCE,
        token=TokenSettings(source="direct"),
    )
    script = load_script("short", folder / "interviews")
    extras = replace(extras or Extras(), observe=watch)
    return Booth(Reading(settings, script), Secret(KEY), {}, extras)


def pressed() -> Extras:
    return Extras(buttons=(ScriptedButton(((0.3, True), (0.4, False))),))


def test_a_candidate_who_walks_away_is_said_goodbye_to_and_forgotten(
    tmp_path: Path, running: Service
) -> None:
    before = set(running.calls)
    watch = Watch()
    opened: list[float] = []

    def see(_: pygame.Surface, now_s: float) -> None:
        if (opening := booth._meters.mouth(now_s).opening) > 0:
            opened.append(opening)

    booth = make(tmp_path, running.base_url, watch, replace(pressed(), on_frame=see))
    left: list[State] = []

    def back(state: State) -> None:
        if state.phase is Phase.IDLE and Phase.FAREWELL in watch.phases:
            left.append(state)
            booth.stop()

    watch.act = back
    assert booth.run() == ExitStatus.DONE
    assert watch.phases == [
        Phase.IDLE,
        Phase.CONNECTING,
        Phase.CONVERSING,
        Phase.WRAPPING_UP,
        Phase.FAREWELL,
        Phase.WIPING,
        Phase.IDLE,
        Phase.STOPPING,
    ]
    assert left[0].talk == Talk()
    assert opened, "the mouth spoke"
    assert booth._meters == Meters(booth._meters.voice_dbfs)
    assert (left[0].question, left[0].ending) == (0, None)
    assert len(running.calls - before) == 1
    until(lambda: running.open_calls == ())
    configured_s = 0.5 + 0.5 + 0.5 + 0.5
    spoken_s = 15  # all that is said, and a busy machine
    began_s = watch.began(Phase.CONVERSING)
    assert left[0].rules.farewell_s == PATIENCE.farewell_s
    assert watch.began_s[-2] - began_s < configured_s + spoken_s


def test_a_booth_stopped_before_it_began_ends_all_the_same(
    tmp_path: Path, running: Service
) -> None:
    watch = Watch()
    booth = make(tmp_path, running.base_url, watch)
    booth.stop()
    assert booth.run() == ExitStatus.DONE
    assert watch.phases == [], "there is nothing yet to take leave of"


def test_a_goodbye_is_on_the_screen_while_everything_closes(
    tmp_path: Path, running: Service
) -> None:
    watch = Watch()
    shown: list[Phase] = []
    extras = replace(pressed(), on_frame=lambda _, __: shown.append(booth._snapshot.phase))
    booth = make(tmp_path, running.base_url, watch, extras)
    watch.act = lambda state: booth.stop() if state.phase is Phase.CONVERSING else None
    assert booth.run() == ExitStatus.DONE
    assert watch.phases[-2:] == [Phase.CONVERSING, Phase.STOPPING]
    assert booth._snapshot.cut_short
    assert shown[-1] is Phase.STOPPING
    assert shown.count(Phase.STOPPING) > 1
    until(lambda: running.open_calls == ())


def test_a_part_that_does_not_start_asks_for_a_fresh_process(
    tmp_path: Path, running: Service, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(KeyboardButton):
        def start(self, _: Callable[[bool], None]) -> None:
            raise RuntimeError("torn off")

    booth = make(tmp_path, running.base_url, Watch(), Extras(buttons=(Broken(),)))
    assert booth.run() == ExitStatus.RESTART
    assert "the booth failed" in caplog.text


def test_a_part_that_hangs_does_not_keep_the_booth(tmp_path: Path, running: Service) -> None:
    """The screen is gone when the booth comes to saying goodbye on it."""
    watch, let_go = Watch(), threading.Event()

    def hang(state: State) -> None:
        if state.phase is Phase.IDLE:
            booth.stop()
            assert let_go.wait(PATIENCE_S)

    watch.act = hang
    booth = make(tmp_path, running.base_url, watch)
    assert booth.run() == ExitStatus.RESTART
    let_go.set()
    until(lambda: not [each for each in threading.enumerate() if each.name == "live"])


def test_what_fails_where_nobody_waits_is_told_to_the_journal(
    tmp_path: Path, running: Service, caplog: pytest.LogCaptureFixture
) -> None:
    class Loose(KeyboardButton):
        def start(self, _: Callable[[bool], None]) -> None:
            asyncio.get_running_loop().call_soon(int, "torn off")

    watch = Watch()
    booth = make(tmp_path, running.base_url, watch, Extras(buttons=(Loose(),)))
    watch.act = lambda _: booth.stop()
    assert booth.run() == ExitStatus.DONE
    told = [each for each in caplog.records if each.message.startswith("unhandled")]
    assert [each.name for each in told] == ["kiosk.booth"]
    assert "torn off" in caplog.text


def test_many_may_stop_a_booth_at_once(
    tmp_path: Path, running: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each stop is met by another while it is under way, as a signal may do."""
    watch = Watch()
    booth = make(tmp_path, running.base_url, watch)
    told: list[str] = []

    def stopping(_: Notifier) -> None:
        told.append("stopping")
        booth.stop()

    monkeypatch.setattr(Notifier, "stopping", stopping)
    start = threading.Barrier(8)
    crowd: list[threading.Thread] = []

    def stop() -> None:
        start.wait()
        booth.stop()

    def gather(_: State) -> None:
        if not crowd:
            crowd.extend(threading.Thread(target=stop) for _ in range(8))
            for each in crowd:
                each.start()

    watch.act = gather
    assert booth.run() == ExitStatus.DONE
    for each in crowd:
        each.join()
    assert told == ["stopping"]


def test_a_missing_microphone_is_known_before_anything_is_shown(
    tmp_path: Path, running: Service
) -> None:
    watch = Watch()
    booth = make(tmp_path, running.base_url, watch, microphone="/none.wav")
    watch.act = lambda state: None if state.phase is Phase.BOOTING else booth.stop()
    assert booth.run() == ExitStatus.DONE
    assert watch.phases[:2] == [Phase.BOOTING, Phase.OUT_OF_SERVICE]


def test_sound_that_says_nothing_does_not_keep_the_booth_from_beginning(
    tmp_path: Path, running: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: EngineLink) -> None:
        return

    monkeypatch.setattr(EngineLink, "start", never)
    watch = Watch()
    booth = make(tmp_path, running.base_url, watch)
    watch.act = lambda _: booth.stop()
    began_s = time.monotonic()
    assert booth.run() == ExitStatus.DONE
    assert watch.phases[0] is Phase.IDLE
    assert 0.9 < watch.began(Phase.IDLE) - began_s < 4


class Keeper:
    """Mints nothing: says late that the key is refused, or nothing at all."""

    def __init__(self, late_s: float) -> None:
        self._late_s = late_s

    async def mint(self, _: SessionConfiguration) -> Token:
        await asyncio.sleep(self._late_s)
        raise LineError(Fault.KEY_REFUSED, "The service refuses the key.")

    async def hang_up(self, _: str) -> None:
        """Nobody has called."""


@pytest.mark.parametrize(("late_s", "first"), [(0.5, Phase.OUT_OF_SERVICE), (3600.0, Phase.IDLE)])
def test_the_key_is_known_before_anything_is_shown_if_that_does_not_take_long(
    tmp_path: Path,
    running: Service,
    monkeypatch: pytest.MonkeyPatch,
    late_s: float,
    first: Phase,
) -> None:
    @asynccontextmanager
    async def mint_of(*_: object) -> AsyncIterator[Keeper]:
        yield Keeper(late_s)

    monkeypatch.setattr(line, "mint_of", mint_of)
    watch = Watch()
    booth = make(tmp_path, running.base_url, watch)
    watch.act = lambda state: booth.stop() if state.phase is not Phase.BOOTING else None
    assert booth.run() == ExitStatus.DONE
    assert next(each for each in watch.phases if each is not Phase.BOOTING) is first


def test_signals_are_handed_back(tmp_path: Path, running: Service) -> None:
    before = [signal.getsignal(each) for each in STOP_SIGNALS]
    watch = Watch()
    watch.act = lambda _: signal.raise_signal(signal.SIGTERM)
    assert make(tmp_path, running.base_url, watch).run() == ExitStatus.DONE
    assert [signal.getsignal(each) for each in STOP_SIGNALS] == before


# --- as a process ---------------------------------------------------------------------------------


def hold_an_interview(booth: BoothProcess, running: Service) -> None:
    """Press and wait until the interviewer is heard."""
    booth.until("phase: idle")
    booth.press()
    booth.until("phase: conversing")
    until(lambda: running.open_calls)


def test_a_stop_in_an_interview_hangs_up_and_ends_everything(
    tmp_path: Path, running: Service
) -> None:
    config = CONFIG.format(base_url=running.base_url, microphone="")
    with systemd(tmp_path, config, ENVIRON, PRESSED) as booth:
        hold_an_interview(booth, running)
        started = booth.children()
        assert len(started) == 2, "an engine, and the one that would take over"
        assert booth.stop() < STOP_S
        assert booth.wait() == ExitStatus.DONE
        until(lambda: running.open_calls == ())
        until(lambda: not set(started) & set(running_processes()))
        booth.until("STOPPING=1")
        assert "Traceback" not in booth.output


def test_ten_starts_and_stops_leave_nothing_behind(tmp_path: Path, running: Service) -> None:
    config = CONFIG.format(base_url=running.base_url, microphone="")
    before = left_in(tmp_path)
    started: set[int] = set()
    for _ in range(10):
        with systemd(tmp_path, config, ENVIRON) as booth:
            booth.until("READY=1")
            started |= {booth.process.pid, *booth.children()}
            assert booth.stop() < STOP_S
            assert booth.wait() == ExitStatus.DONE
    assert len(started) >= 20
    until(lambda: not started & set(running_processes()))
    left = left_in(tmp_path) - before
    faces = {path for path in left if path.startswith(".cache")}
    assert len([path for path in faces if path.endswith(".face")]) == 1, "the same every time"
    assert left - faces == {"kiosk.toml", "tmp"}


def left_in(folder: Path) -> set[str]:
    return {str(each.relative_to(folder)) for each in folder.rglob("*")}


def test_the_microphone_is_open_in_an_interview_only(tmp_path: Path, running: Service) -> None:
    microphone = tmp_path / "microphone"
    os.mkfifo(microphone)
    config = CONFIG.format(base_url=running.base_url, microphone=microphone)
    with person(tmp_path, config, DIRECT | ENVIRON, PRESSED) as booth:
        booth.until("phase: idle")
        until(booth.children)
        for _ in range(20):
            assert not listens(microphone)
            time.sleep(0.05)
        hold_an_interview(booth, running)
        until(lambda: listens(microphone))
        booth.move("down")
        over = booth.until("phase: farewell")
        until(lambda: not listens(microphone))
        assert "phase: idle" not in booth.lines[over:]
        booth.until("phase: idle", after=over)
        assert not listens(microphone)
        booth.stop()


def listens(microphone: Path) -> bool:
    """Tell whether somebody has the pipe open for reading."""
    try:
        os.close(os.open(microphone, os.O_WRONLY | os.O_NONBLOCK))
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return False
    return True


def test_key_and_token_are_seen_nowhere(tmp_path: Path, running: Service) -> None:
    config = CONFIG.format(base_url=running.base_url, microphone="")
    with person(tmp_path, config, DIRECT | ENVIRON, PRESSED) as booth:
        hold_an_interview(booth, running)
        engines = booth.children()
        assert engines
        for pid in (booth.process.pid, *engines):
            assert KEY not in Path(f"/proc/{pid}/cmdline").read_text()
        for pid in engines:
            assert KEY not in Path(f"/proc/{pid}/environ").read_text()
            assert "OPENAI_API_KEY" not in Path(f"/proc/{pid}/environ").read_text()
        booth.move("down")
        booth.until("phase: farewell")
        booth.stop()
        assert "line open" in booth.output
        assert KEY not in booth.output
        assert "ek_" not in booth.output
    for each in tmp_path.rglob("*"):
        assert not each.is_file() or KEY not in each.read_text(errors="replace")
