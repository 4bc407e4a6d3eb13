"""The session: exactly what is sent to the service, and what the core is told."""

import json
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.core.effects import CreateResponse
from kiosk.core.plan import ENDINGS
from kiosk.interview.script import Script, ScriptError, load_script
from kiosk.interview.session import TOOLS, plan, plans, session_configuration
from kiosk.realtime.protocol import build
from kiosk.settings import RealtimeSettings
from tests.openai_oracle import check_session

SCRIPTS = Path(__file__).parents[2] / "config" / "interviews"
GOLDEN = Path(__file__).parent / "golden"
PLAIN = RealtimeSettings(
    turn_detection="server_vad",
    silence_ms=1500,
    transcription_model="",
    noise_reduction="off",
    voice="cedar",
)
CASES = {
    "early-career-en": ("early-career", RealtimeSettings(), "en"),
    "early-career-de": ("early-career", RealtimeSettings(noise_reduction="near_field"), "de-AT"),
    "demo-any-plain": ("demo", PLAIN, "any"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_session_is_the_committed_one(name: str) -> None:
    """`KIOSK_TEST_WRITE_GOLDEN=1` writes the files anew; read the difference before committing."""
    script, settings, language = CASES[name]
    session = session_configuration(load_script(script, SCRIPTS), settings, language)
    text = json.dumps(session, indent=1, ensure_ascii=False) + "\n"
    path = GOLDEN / f"{name}.json"
    if os.environ.get("KIOSK_TEST_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("name", CASES)
def test_the_service_knows_every_key_of_it(name: str) -> None:
    script, settings, language = CASES[name]
    session = session_configuration(load_script(script, SCRIPTS), settings, language)
    check_session(session)
    assert len(json.dumps(session)) < 16_000


def session(settings: RealtimeSettings, language: str = "en") -> dict[str, object]:
    return session_configuration(load_script("demo", SCRIPTS), settings, language)


def listening(settings: RealtimeSettings, language: str = "en") -> dict[str, object]:
    audio = session(settings, language)["audio"]
    assert isinstance(audio, dict)
    heard = audio["input"]
    assert isinstance(heard, dict)
    return heard


def test_the_end_of_a_turn_is_patient() -> None:
    assert listening(RealtimeSettings())["turn_detection"] == {
        "type": "semantic_vad",
        "eagerness": "low",
        "create_response": True,
        "interrupt_response": True,
    }
    assert listening(PLAIN)["turn_detection"] == {
        "type": "server_vad",
        "silence_duration_ms": 1500,
        "create_response": True,
        "interrupt_response": True,
    }


def test_transcription_and_noise_reduction_may_be_off() -> None:
    assert "transcription" not in listening(PLAIN)
    assert "noise_reduction" not in listening(PLAIN)


@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("en", {"language": "en"}),
        ("pt-BR", {"language": "pt"}),
        ("ja", {"language": "ja"}),
        ("zh-Hant-TW", {"language": "zh"}),
        ("any", {}),
    ],
)
def test_the_transcription_is_told_the_language_unless_any(
    language: str, hint: dict[str, str]
) -> None:
    assert listening(RealtimeSettings(), language)["transcription"] == {
        "model": "gpt-transcribe",
        **hint,
    }


def test_a_script_may_choose_the_voice() -> None:
    script = replace(load_script("demo", SCRIPTS), voice="sage")
    audio = session_configuration(script, RealtimeSettings(), "en")["audio"]
    assert isinstance(audio, dict)
    assert audio["output"] == {"voice": "sage"}
    assert "'voice': 'marin'" in str(session(RealtimeSettings())["audio"])


def test_an_interview_in_another_language_is_held_in_it_whatever_the_script_is_in() -> None:
    told = str(session_configuration(load_script("demo", SCRIPTS), RealtimeSettings(), "ja"))
    assert "Hold the whole interview in Japanese" in told
    assert "The lines of this page are in English: say them in Japanese." in told


@pytest.mark.parametrize(
    ("languages", "words"),
    [
        (("en", "ja"), ("en", "ja")),
        (("de-CH", "any", "it", "fr-CA"), ("de-CH", "de-CH", "de-CH", "fr-CA")),
        (("any", "hi"), ("hi", "hi")),
        (("any",), ("en",)),
        (("it",), ("en",)),
    ],
)
def test_there_is_a_plan_for_each_language_with_the_words_that_the_booth_has_for_it(
    languages: tuple[str, ...], words: tuple[str, ...]
) -> None:
    made = plans(load_script("demo", SCRIPTS), languages)
    assert tuple(made) == languages
    assert tuple(each.words for each in made.values()) == words
    assert made[languages[0]].greeting == plan(load_script("demo", SCRIPTS), languages[0]).greeting


def test_the_plan_tells_every_moment() -> None:
    script = load_script("demo", SCRIPTS)
    told = plan(script, "en")
    assert told.questions == tuple(question.text for question in script.questions)
    assert set(told.closings) == set(ENDINGS)
    moments = [told.greeting, told.silence_prompt, told.last_question, *told.closings.values()]
    assert len(set(moments)) == len(moments)
    with pytest.raises(TypeError):
        told.closings["time"] = "x"  # type: ignore[index]


def test_tools_are_answered() -> None:
    told = plan(load_script("demo", SCRIPTS), "en")
    assert told.tool_output("next_question", {"number": 2}) == {
        "ok": True,
        "number": 2,
        "question": told.questions[1],
        "follow_ups": 1,
        "questions_left": 1,
    }
    for tool in TOOLS:
        assert told.tool_output(str(tool["name"]), {"number": 1})["ok"] is True
    assert told.tool_output("next_question", {"number": 9})["ok"] is False
    assert told.tool_output("delete_everything", {})["ok"] is False


@pytest.mark.parametrize(
    ("argument", "number"),
    [(1, 1), (3, 3), (2.0, 2), ("2", 2), (" 3 ", 3), (0, 0), (4, 0), (-1, 0), (2.5, 0), (True, 0),
     ("two", 0), ("", 0), ("²", 0), ("9" * 10_000, 0), (None, 0), ([1], 0), (float("nan"), 0)],
)  # fmt: skip
def test_the_question_number_is_read_with_care(argument: object, number: int) -> None:
    told = plan(load_script("demo", SCRIPTS), "en")
    assert told.question_number({"number": argument}) == number
    assert told.question_number({}) == 0


def long_script(directory: Path, letter: str, length: int) -> Script:
    """Load a script with as many texts as may be, of that length, and a long greeting."""
    text = letter * length
    keys = ["title", "role", "persona", "silence_prompt", "last_question", "closing"]
    keys += ["early_closing", "clarification", "repeat"]
    lines = [f'greeting = "Hello, I am an AI. {letter * 570}"', 'neutral = ["Yes."]']
    lines += [f'{key} = "Some words."' for key in keys]
    for number in range(20):
        probes = ", ".join([f'"{text}"'] * 8)
        lines += ["[[question]]", f'id = "q{number}"', f'text = "{text}"', f"probe = [{probes}]"]
    path = directory / "long.toml"
    path.write_text("\n".join(lines), "utf-8")
    return load_script(str(path), directory)


@pytest.mark.parametrize("letter", ["a", '\\"', "é", "あ", "😀"])
def test_whatever_script_is_taken_its_messages_are_short_enough(
    tmp_path: Path, letter: str
) -> None:
    length = 1
    with suppress(ScriptError):
        while True:
            script = long_script(tmp_path, letter, length)
            length += 4
    with pytest.raises(ScriptError, match=r"the plan takes 4\d KiB, at most 40: ask fewer"):
        long_script(tmp_path, letter, length)
    for language in ("en", "de", "any"):
        told = plan(script, language)
        texts = [told.greeting, told.silence_prompt, told.resume, *told.closings.values()]
        longest = max(len(build(CreateResponse(text))) for text in texts)
        assert 40_000 < longest <= 65_536
