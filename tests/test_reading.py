"""What a booth reads before it begins; its screens of faults: test_faults_seen."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.config import ConfigError
from kiosk.interview.script import load_script
from kiosk.places import SCRIPTS
from kiosk.reading import check_languages, read, readable
from kiosk.settings import InterviewSettings, Settings


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
