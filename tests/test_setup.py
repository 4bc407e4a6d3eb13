"""What a booth's files mean to the core."""

from dataclasses import replace

from kiosk.interview.script import load_script
from kiosk.places import SCRIPTS
from kiosk.reading import Reading
from kiosk.settings import (
    InterviewSettings,
    Settings,
)
from kiosk.setup import rules, setup

SCRIPT = load_script("demo", SCRIPTS)


def test_the_core_is_as_patient_as_the_settings() -> None:
    asked = InterviewSettings(
        limit_min=7.0,
        silence_prompt_s=1.0,
        silence_goodbye_s=2.0,
        silence_ring_s=3.0,
        greeting_timeout_s=4.0,
        farewell_s=5.0,
    )
    told = rules(replace(Settings(), interview=asked))
    assert (told.limit_s, told.greeting_s, told.farewell_s) == (420.0, 4.0, 5.0)
    silence = (told.silence_prompt_s, told.silence_goodbye_s, told.silence_ring_s)
    assert silence == (1.0, 2.0, 3.0)
    assert told.connect_s > Settings().realtime.connect_timeout_s


def test_the_core_is_told_a_plan_for_each_language() -> None:
    asked = Settings(interview=InterviewSettings(languages=("de", "en"), limit_min=2.0))
    told = setup(Reading(asked, SCRIPT))
    assert tuple(told.plans) == ("de", "en")
    assert told.rules.limit_s == 120.0
