"""Every language is complete, and the facts come from the settings."""

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

import pytest

from kiosk.core.faults import Fault
from kiosk.interview.phrases import BREAK, JOINER
from kiosk.interview.plurals import RULES, Category, Plural
from kiosk.interview.script import Question, Script
from kiosk.interview.wording import Words
from kiosk.interview.words import LANGUAGES, Facts, facts, service_name, words
from kiosk.settings import InterviewSettings, RealtimeSettings, Settings

NUMBERS = range(201)
"""Enough for every plural category there is."""
ENGLISH_TOO = {("fr", "questions.other")}
"""What is the same word in both languages."""
BORROWED = re.compile(rf"\{{\w+\}}|AI|[0-9]|{JOINER}")
"""What is written the same in every language."""
LETTERS: Mapping[str, str] = {
    **dict.fromkeys(("en", "de", "fr", "es"), r"[A-Za-zÀ-ÿœ]"),
    "ar": "[\u0600-\u06ff]",
    "hi": "[\u0900-\u097f]",
    "ja": "[\u3040-\u30ff\u4e00-\u9fff々]",
    "zh": "[\u4e00-\u9fff]",
}
MARKS: Mapping[str, str] = {
    "en": ".,!?:’…",
    "de": ".,!?:…\u00a0",
    "fr": ".,!?:-’…\u00a0\u202f",
    "es": ".,;:¡!¿?…",
    "ar": ".،؟!:…",
    "hi": "।,!?:-…",
    "ja": "。、！？：「」…",
    "zh": "。，；！？：“”…",
}
"""The punctuation of each language, beside the plain space."""
FULL_STOP: Mapping[str, str] = {"hi": "।", "ja": "。", "zh": "。"}


def texts(say: Words) -> Iterator[tuple[str, str]]:
    for field in fields(say):
        value = getattr(say, field.name)
        if isinstance(value, str):
            yield field.name, value
        elif isinstance(value, Plural):
            yield from ((f"{field.name}.{form}", text) for form, text in value.forms.items())
        elif isinstance(value, tuple):
            yield from ((f"{field.name}.{number}", text) for number, text in enumerate(value))
        elif isinstance(value, Mapping):
            yield from ((f"{field.name}.{key}", text) for key, text in value.items())


def plurals(say: Words) -> dict[str, Plural]:
    values = {field.name: getattr(say, field.name) for field in fields(say)}
    return {name: value for name, value in values.items() if isinstance(value, Plural)}


def sentences(say: Words) -> dict[str, str]:
    """All texts but those that depend on a number."""
    counted = tuple(f"{name}." for name in plurals(say))
    return {name: text for name, text in texts(say) if not name.startswith(counted)}


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing(language: str) -> None:
    say = LANGUAGES[language]
    assert sentences(say).keys() == sentences(LANGUAGES["en"]).keys()
    assert all(text.strip() == text != "" for _, text in texts(say))
    assert {fault.remedy.apology for fault in Fault} <= set(say.apologies)


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_hold_the_same_fields_as_in_english(language: str) -> None:
    english = {name: holes(text) for name, text in sentences(LANGUAGES["en"]).items()}
    assert {n: holes(text) for n, text in sentences(LANGUAGES[language]).items()} == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_has_its_form_and_is_named_in_it(language: str) -> None:
    rule = RULES[language]
    numbers: dict[Category, list[int]] = {}
    for n in NUMBERS:
        numbers.setdefault(rule(n), []).append(n)
    for name, plural in plurals(LANGUAGES[language]).items():
        assert plural.language == language
        assert plural.forms.keys() == numbers.keys(), name
        for form, text in plural.forms.items():
            assert holes(text) == {"n"} or (not holes(text) and numbers[form][2:] == []), name


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_texts_are_translated(language: str) -> None:
    english = dict(texts(LANGUAGES["en"]))
    same = {name for name, text in texts(LANGUAGES[language]) if text == english.get(name)}
    assert {(language, name) for name in same} <= ENGLISH_TOO


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_texts_are_the_same(language: str) -> None:
    forms = {"few", "many", "other"}
    said = [text for name, text in texts(LANGUAGES[language]) if name.split(".")[-1] not in forms]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_written_in_its_own_letters_and_marks(language: str) -> None:
    own = re.compile(f"(?:{LETTERS[language]}|[ {re.escape(MARKS[language])}])*")
    foreign = {
        name: text
        for name, text in texts(LANGUAGES[language])
        if not own.fullmatch(BORROWED.sub("", text))
    }
    assert not foreign


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_ends_like_one(language: str) -> None:
    stop = FULL_STOP.get(language, ".")
    say = sentences(LANGUAGES[language])
    for name, english in sentences(LANGUAGES["en"]).items():
        if english.endswith("."):
            assert say[name].endswith((stop, "！", "!")), name
        if english.endswith("?"):
            assert say[name].endswith(("?", "؟", "？")), name


def test_french_and_spanish_marks_stand_as_they_should() -> None:
    for _, text in texts(LANGUAGES["fr"]):
        assert not re.search("[^\u202f][!?;]|[^\u00a0]:", text), text
    for _, text in texts(LANGUAGES["es"]):
        assert text.count("¿") == text.count("?"), text
        assert text.count("¡") == text.count("!"), text


def test_arabic_addresses_nobody_as_a_man() -> None:
    addressed = re.compile(r"\b(اضغط|انتظر|تحدّث|قل|ابقَ|واصل|اطلب|امسح|أنت|وأنت|تجيب|ترغب|لتقول)\b")
    for name, text in texts(LANGUAGES["ar"]):
        assert not addressed.search(text), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_never_breaks_inside_a_word(language: str) -> None:
    say = LANGUAGES[language]
    for name, text in texts(say):
        assert BREAK not in text, name
        assert say.spaced is (JOINER not in text), name


def test_sentences_stand_apart_where_words_do() -> None:
    assert LANGUAGES["hi"].passage("क।", "ख।") == "क। ख।"
    assert LANGUAGES["ja"].passage("あ。", "い。") == "あ。い。"


def test_only_arabic_runs_from_the_right() -> None:
    assert [code for code, say in LANGUAGES.items() if say.right_to_left] == ["ar"]


def test_unknown_languages_fall_back_to_english() -> None:
    assert words("de-CH") is words("DE") is LANGUAGES["de"]
    assert words("zh-Hant-TW") is words("zh-CN") is LANGUAGES["zh"]
    assert words("tlh") is words("") is LANGUAGES["en"]


@pytest.mark.parametrize(
    ("language", "n", "said"),
    [
        ("de", 1, "eine Frage"),
        ("de", 5, "5 Fragen"),
        ("fr", 2, "2 questions"),
        ("ar", 1, "سؤال واحد"),
        ("ar", 2, "سؤالان"),
        ("ar", 10, "10 أسئلة"),
        ("ar", 11, "11 سؤالًا"),
        ("ar", 99, "99 سؤالًا"),
        ("ar", 102, "102 سؤال"),
        ("ar", 103, "103 أسئلة"),
        ("hi", 1, "एक सवाल"),
        ("ja", 1, "質問1問"),
        ("zh", 5, "5 个问题"),
    ],
)
def test_numbers_are_said_well(language: str, n: int, said: str) -> None:
    assert LANGUAGES[language].questions.of(n).replace(JOINER, "") == said


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
