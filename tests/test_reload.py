"""`systemctl reload`: the files are read again, and hold for the next candidate."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pygame
import pytest

from kiosk.booth import Booth
from kiosk.config import KINDS
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase
from kiosk.core.state import State
from kiosk.errors import CommandError, ExitStatus
from kiosk.extras import Extras
from kiosk.interview.script import load_script
from kiosk.places import SCRIPTS
from kiosk.reading import Reading
from kiosk.reload import TAKEN_UP, Reload, apart, combine
from kiosk.screen.theme import Theme
from kiosk.screen.theme_file import ThemeError
from kiosk.secret import Secret
from kiosk.settings import (
    AudioSettings,
    BoothSettings,
    ButtonSettings,
    InterviewSettings,
    RealtimeSettings,
    ScreenSettings,
    Settings,
    TokenSettings,
)
from tests.rigs.booth_process import PRESSED, BoothProcess, systemd, until
from tests.rigs.standin import KEY, Service, service, write_script

CONFIG = """
[booth]
name = "{name}"
[realtime]
base_url = "{base_url}"
turn_detection = "server_vad"
[audio]
backend = "file"
input = "file:"
output = "file:"
[screen]
theme = "{theme}"
[button]
hold_s = 0.5
[interview]
script = "short"
farewell_s = 1
"""
ENVIRON = {"OPENAI_API_KEY": KEY}
TAKES_UP = "takes up the changed configuration"
READY = "STATUS=Ready for a candidate"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(autouse=True)
def _script(tmp_path: Path) -> None:
    write_script(tmp_path)


def config(running: Service, *, name: str = "Booth", theme: str = "booth") -> str:
    return CONFIG.format(base_url=running.base_url, name=name, theme=theme)


def reload(booth: BoothProcess, text: str) -> int:
    """Change the configuration and ask for a reload; return the lines said so far."""
    (booth.folder / "kiosk.toml").write_text(text)
    said = len(booth.lines)
    booth.process.send_signal(signal.SIGHUP)
    return said


# --- what of it can be taken up -------------------------------------------------------------------


DEMO, OTHER = (load_script(name, SCRIPTS) for name in ("demo", "early-career"))


def test_what_needs_no_fresh_start_is_taken_up() -> None:
    changed = Settings(
        booth=BoothSettings(name="Hall 3"),
        screen=ScreenSettings(theme="daylight", show_candidate_words=False, reduced_motion=True),
        button=ButtonSettings(hold_s=2.0),
        interview=InterviewSettings(languages=("de", "en"), limit_min=4.0),
    )
    theme = Theme(name="daylight")
    taken, waiting = combine(Reading(Settings(), DEMO), Reading(changed, OTHER, theme))
    assert taken == Reading(changed, OTHER, theme)
    assert waiting == ()


def test_what_needs_a_fresh_start_is_named_and_stays() -> None:
    changed = Settings(
        booth=BoothSettings(name="Hall 3"),
        realtime=RealtimeSettings(model="another"),
        screen=ScreenSettings(driver="x11", fps=60),
    )
    taken, waiting = combine(Reading(Settings(), DEMO), Reading(changed, DEMO))
    assert waiting == ("realtime.model", "screen.driver", "screen.fps")
    assert taken.settings == replace(Settings(), booth=changed.booth)
    again = combine(taken, Reading(changed, DEMO))
    assert again == (taken, waiting)


def test_a_theme_that_cannot_be_shown_leaves_the_one_that_is() -> None:
    held = Reading(Settings(), DEMO, Theme(name="daylight"))
    error = ThemeError(Path("x.toml"), [])
    taken, _ = combine(held, Reading(Settings(), OTHER, theme_error=error))
    assert taken.theme.name == "daylight"
    assert taken.script == OTHER


def test_every_name_that_is_taken_up_is_a_setting() -> None:
    settings = [f"{group}.{name}" for group, kinds in KINDS.items() for name in kinds]
    assert {field.name for field in fields(Settings)} == set(KINDS)
    for name in TAKEN_UP:
        assert any(setting.startswith(name) for setting in settings), name


# --- as a process ---------------------------------------------------------------------------------


def test_a_booth_that_waits_takes_it_up_at_once(tmp_path: Path, running: Service) -> None:
    with systemd(tmp_path, config(running), ENVIRON, PRESSED) as booth:
        booth.until("phase: idle")
        said = reload(booth, config(running, name="Hall 3"))
        said = booth.until(TAKES_UP, said)
        said = reload(booth, config(running, name="Hall 4"))
        booth.until(TAKES_UP, said)
        booth.stop()
        assert booth.wait() == ExitStatus.DONE


def test_a_candidate_is_not_disturbed(tmp_path: Path, running: Service) -> None:
    with systemd(tmp_path, config(running), ENVIRON, PRESSED) as booth:
        booth.until("phase: idle")
        booth.press()
        said = booth.until("phase: conversing")
        until(lambda: running.open_calls)
        reload(booth, config(running, name="Hall 3"))
        booth.move("down")
        over = booth.until("phase: idle", said)
        taken = booth.until(TAKES_UP)
        assert taken >= over
        booth.stop()
        assert booth.wait() == ExitStatus.DONE


def test_a_mistake_leaves_the_old_configuration_and_tells_staff(
    tmp_path: Path, running: Service
) -> None:
    with systemd(tmp_path, config(running), ENVIRON, PRESSED) as booth:
        booth.until("READY=1")
        reload(booth, "[screen")
        remedy = Fault.CONFIG_KEPT.remedy
        said = booth.until(f"{READY}; [CFG3] {remedy.what} {remedy.do}")
        assert TAKES_UP not in booth.output
        reload(booth, config(running, theme="nowhere"))
        said = booth.until("[THM1]", said)
        reload(booth, config(running))
        until(lambda: READY in booth.lines[said:])
        booth.stop()


def test_a_theme_with_a_mistake_never_stops_a_service(tmp_path: Path, running: Service) -> None:
    with systemd(tmp_path, config(running, theme="nowhere"), ENVIRON) as booth:
        remedy = Fault.THEME.remedy
        booth.until(f"{READY}; [THM1] {remedy.what} {remedy.do}")
        booth.stop()
        assert booth.wait() == ExitStatus.DONE


def test_a_booth_that_could_not_begin_begins_anew(tmp_path: Path, running: Service) -> None:
    with systemd(tmp_path, "[screen", ENVIRON) as booth:
        booth.until("READY=1")
        reload(booth, config(running))
        assert booth.wait() == ExitStatus.RESTART


# --- in this process ------------------------------------------------------------------------------


def test_the_screen_is_drawn_anew(tmp_path: Path, running: Service) -> None:
    """The new look has a white corner."""
    script = load_script("short", tmp_path / "interviews")
    settings = Settings(
        realtime=RealtimeSettings(base_url=running.base_url),
        audio=AudioSettings(backend="file", input=("file:",), output=("file:",)),
        screen=ScreenSettings(driver="offscreen", width=320, height=240),
        token=TokenSettings(source="direct"),
    )
    white = replace(Theme(), field_top=(255, 255, 255))
    corners: list[tuple[int, ...]] = []

    def watch(state: State, event: on.Event, _: tuple[do.Effect, ...], __: float) -> None:
        if state.phase is Phase.IDLE and isinstance(event, on.Booted):
            signal.raise_signal(signal.SIGHUP)

    def look(surface: pygame.Surface, _: float) -> None:
        corners.append(tuple(surface.get_at((0, 0)))[:3])
        if corners[-1] == white.field_top:
            booth.stop()

    extras = Extras(observe=watch, on_frame=look)
    held, changed = Reading(settings, script), Reading(settings, script, white)
    booth = Booth(held, Secret(KEY), {}, extras, reread=lambda: changed)
    assert booth.run() == ExitStatus.DONE
    assert corners[-1] == white.field_top
    assert corners[0] != white.field_top


class Told:
    """Keeps what a reload tells and offers."""

    def __init__(self) -> None:
        self.events: list[on.Event] = []
        self.offered: list[Reading] = []


async def test_what_takes_a_restart_is_told_to_the_journal(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    script = load_script("short", tmp_path / "interviews")
    held = Reading(Settings(), script)
    read = Reading(
        replace(Settings(), booth=BoothSettings("New"), screen=ScreenSettings(fps=60)), script
    )
    told, it = Told(), Reload(held, lambda: read)
    await it.again(told.events.append, told.offered.append)
    assert "takes a restart: screen.fps" in caplog.text
    assert told.events == [on.FaultCleared(Fault.CONFIG_KEPT), on.FaultCleared(Fault.THEME)]
    assert [each.settings.booth.name for each in told.offered] == ["New"]
    assert it.take_up() == told.offered[0]


async def test_every_sentence_about_a_mistake_is_told_to_the_journal(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    script = load_script("short", tmp_path / "interviews")
    held = Reading(Settings(), script)

    def mistaken() -> Reading:
        raise CommandError(["One mistake.", "Another mistake."])

    told = Told()
    await Reload(held, mistaken).again(told.events.append, told.offered.append)
    assert "One mistake.\nAnother mistake." in caplog.text
    assert told.events == [on.FaultRaised(Fault.CONFIG_KEPT)]
    assert told.offered == []

    error = ThemeError(tmp_path / "x.toml", [])
    themed = replace(held, theme_error=error)
    await Reload(held, lambda: themed).again(told.events.append, told.offered.append)
    assert told.events[1:] == [on.FaultCleared(Fault.CONFIG_KEPT), on.FaultRaised(Fault.THEME)]
    assert told.offered == [themed]


async def test_a_job_apart_hands_back_what_became_of_it() -> None:
    def fail() -> int:
        raise CommandError(["It failed."])

    assert await apart(lambda: 7) == 7
    with pytest.raises(CommandError, match=r"It failed\."):
        await apart(fail)


async def test_a_job_apart_keeps_nobody_from_ending() -> None:
    enough = threading.Event()
    job = asyncio.create_task(apart(enough.wait))
    await asyncio.sleep(0)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    enough.set()
