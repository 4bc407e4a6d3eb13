"""What a running booth takes up of a changed configuration."""

from dataclasses import fields, replace
from pathlib import Path

from kiosk.config import KINDS
from kiosk.interview.script import load_script
from kiosk.places import SCRIPTS
from kiosk.reading import TAKEN_UP, Reading, combine
from kiosk.screen.theme import Theme
from kiosk.screen.theme_file import ThemeError
from kiosk.settings import (
    BoothSettings,
    ButtonSettings,
    InterviewSettings,
    RealtimeSettings,
    ScreenSettings,
    Settings,
)

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
