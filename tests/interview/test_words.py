"""Every language is complete, and the facts come from the settings."""

import string
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

import pytest

from kiosk.core.faults import Fault
from kiosk.interview.script import Question, Script
from kiosk.interview.wording import Plural, Words
from kiosk.interview.words import LANGUAGES, Facts, facts, service_name, words
from kiosk.settings import InterviewSettings, RealtimeSettings, Settings


def texts(say: Words) -> Iterator[tuple[str, str]]:
    for field in fields(say):
        value = getattr(say, field.name)
        if isinstance(value, str):
            yield field.name, value
        elif isinstance(value, Plural):
            yield f"{field.name}.one", value.one
            yield f"{field.name}.many", value.many
        elif isinstance(value, Mapping):
            for key, text in value.items():
                yield f"{field.name}.{key}", text


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing(language: str) -> None:
    say = LANGUAGES[language]
    assert {name for name, _ in texts(say)} == {name for name, _ in texts(LANGUAGES["en"])}
    assert all(text.strip() == text != "" for _, text in texts(say))
    assert {fault.remedy.apology for fault in Fault} <= set(say.apologies)


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_hold_the_same_fields_as_in_english(language: str) -> None:
    english = {name: holes(text) for name, text in texts(LANGUAGES["en"])}
    assert {name: holes(text) for name, text in texts(LANGUAGES[language])} == english


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_texts_are_translated(language: str) -> None:
    english = dict(texts(LANGUAGES["en"]))
    same = {name for name, text in texts(LANGUAGES[language]) if text == english[name]}
    assert same <= {"questions.many"}


def test_unknown_languages_fall_back_to_english() -> None:
    assert words("de-CH") is words("DE") is LANGUAGES["de"]
    assert words("tlh") is words("") is LANGUAGES["en"]


def test_numbers_are_said_well() -> None:
    say = LANGUAGES["de"]
    assert (say.questions.of(1), say.questions.of(5)) == ("eine Frage", "5 Fragen")


def test_the_button_has_the_name_its_visitors_know() -> None:
    say = LANGUAGES["en"]
    assert say.press_what("") == "the button"
    assert say.press_what("space") == "the space bar"
    assert say.press_what("f5") == "the F5 key"


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://api.openai.com", "OpenAI"),
        ("https://eu.api.openai.com/", "OpenAI"),
        ("https://booth.openai.azure.com/openai", "Microsoft Azure"),
        ("http://127.0.0.1:8123", ""),
        ("http://localhost:80", ""),
        ("http://[::1]:80", ""),
        ("https://notopenai.com", "notopenai.com"),
        ("https://realtime.example.org:444/x", "realtime.example.org"),
    ],
)
def test_who_hears_the_voice_is_read_from_the_base_url(base_url: str, name: str) -> None:
    assert service_name(base_url) == name


def script(questions: int) -> Script:
    question = Question("q", "Why?", (), 0, 1.0)
    empty = {field.name: "" for field in fields(Script)}
    return replace(
        Script(**{**empty, "questions": (), "never_ask": (), "languages": ("en",)}),  # type: ignore[arg-type]
        questions=(question,) * questions,
    )


def test_facts_are_those_of_the_settings() -> None:
    settings = Settings(
        realtime=RealtimeSettings(base_url="http://127.0.0.1:9"),
        interview=InterviewSettings(limit_min=3.5),
    )
    told = facts(settings, script(4), recorded=True, key="space")
    assert told == Facts(4, 4, service="", recorded=True, key="space")
    assert facts(Settings(), script(5)) == Facts(6, 5, service="OpenAI")
