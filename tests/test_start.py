"""What `kiosk run` reads before it begins; its screens of faults: test_faults_seen."""

from dataclasses import replace

import pytest

from kiosk.config import ConfigError
from kiosk.interview.script import load_script
from kiosk.places import SCRIPTS
from kiosk.settings import InterviewSettings, Settings
from kiosk.start import check_languages


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
