"""What a booth reads before it begins; its screens of faults: test_faults_seen."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.config import ConfigError
from kiosk.interview.script import load_script
from kiosk.places import SCRIPTS
from kiosk.reading import Reading, check_languages, outfit, read, readable
from kiosk.screen.theme import Theme
from kiosk.settings import (
    BoothSettings,
    ButtonSettings,
    InterviewSettings,
    ScreenSettings,
    Settings,
)

DEMO = load_script("demo", SCRIPTS)


def test_a_language_is_known_to_the_booth_or_to_the_script() -> None:
    script = replace(load_script("demo", SCRIPTS), languages=("en", "tlh-001"))
    asked = InterviewSettings(languages=("en", "pt-BR"))
    with pytest.raises(ConfigError, match="names pt-BR:"):
        check_languages(Settings(interview=asked), script)
    asked = InterviewSettings(languages=("any", "fr-CA", "tlh"))
    check_languages(Settings(interview=asked), script)


@pytest.mark.parametrize(
    ("languages", "named"),
    [
        (("en-GB", "de", "en-US"), "en-GB and en-US: all are English"),
        (("zh-Hans", "zh-Hant"), "zh-Hans and zh-Hant: all are 中文"),
        (("de", "any", "de"), "de and de: all are Deutsch"),
        (("any", "en", "any"), "any and any: all are any"),
    ],
)
def test_a_candidate_must_be_able_to_tell_languages_from_each_other(
    languages: tuple[str, ...], named: str
) -> None:
    asked = Settings(interview=InterviewSettings(languages=languages))
    with pytest.raises(ConfigError, match=named):
        check_languages(asked, load_script("demo", SCRIPTS))


def write(folder: Path, text: str) -> Path:
    path = folder / "kiosk.toml"
    path.write_text(f'[interview]\nscript = "{SCRIPTS}/demo.toml"\n{text}')
    return path


def test_configuration_interview_and_look_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "fair.toml").write_text("text_scale = 1.2")
    reading = read(write(tmp_path, '[screen]\ntheme = "fair"'), {})
    assert (reading.script.id, reading.theme.text_scale) == ("demo", 1.2)
    assert reading.theme_error is None


def test_a_theme_with_a_mistake_is_told_beside_the_booth_s_own(tmp_path: Path) -> None:
    reading = read(write(tmp_path, '[screen]\ntheme = "nowhere"'), {})
    assert reading.theme.name == "booth"
    assert "there is no such theme" in str(reading.theme_error)


def test_what_can_be_read_is_used_to_show_what_cannot(tmp_path: Path) -> None:
    settings = readable(write(tmp_path, '[booth]\nname = "Hall 3"\n[screen]\nfsp = 1'), {})
    assert settings.booth.name == "Hall 3"


def test_the_window_shows_what_the_settings_say() -> None:
    settings = Settings(
        booth=BoothSettings("Hall 3"),
        screen=ScreenSettings(show_candidate_words=False, reduced_motion=True),
    )
    theme = Theme(name="fair")
    worn = outfit(Reading(settings, DEMO, theme), recorded=True, at_a_desk=False)
    assert (worn.booth_name, worn.theme) == ("Hall 3", theme)
    assert (worn.show_candidate_words, worn.reduced_motion) == (False, True)
    assert worn.facts.recorded
    assert worn.facts.questions == len(DEMO.questions)


@pytest.mark.parametrize(
    ("sources", "at_a_desk", "key"),
    [(("auto",), True, "f1"), (("gpio",), True, ""), (("auto",), False, "")],
)
def test_a_key_is_named_only_to_who_sits_before_it(
    sources: tuple[str, ...], at_a_desk: bool, key: str
) -> None:
    settings = Settings(button=ButtonSettings(sources=sources, key="f1"))
    worn = outfit(Reading(settings, DEMO), recorded=False, at_a_desk=at_a_desk)
    assert worn.facts.key == key
