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
