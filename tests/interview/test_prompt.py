"""What the model is told: nothing of the script is lost, and single turns say what to say."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.core.plan import ENDINGS
from kiosk.interview.prompt import (
    closing_instructions,
    greeting_instructions,
    instructions,
    last_question_note,
    silence_prompt_instructions,
)
from kiosk.interview.script import Script, load_script, spoken_lines

SCRIPTS = Path(__file__).parents[2] / "config" / "interviews"
SCRIPT = load_script("early-career", SCRIPTS)


def quoted_lines(script: Script, text: str) -> tuple[str, ...]:
    """The lines of the script that the instructions of one turn quote, in their order."""
    now = text.rpartition("\n# Now\n")[2]
    found = ((now.find(f'"{line}"'), line) for line in spoken_lines(script))
    return tuple(line for place, line in sorted(found) if place >= 0)


def test_everything_of_the_script_is_in_the_instructions() -> None:
    text = instructions(SCRIPT, "en")
    wanted = [SCRIPT.role, SCRIPT.persona, SCRIPT.greeting, SCRIPT.closing, SCRIPT.early_closing]
    wanted += [SCRIPT.clarification, SCRIPT.repeat, *SCRIPT.never_ask]
    for number, question in enumerate(SCRIPT.questions, start=1):
        wanted += [f'{number}. "{question.text}"']
        wanted += question.probe if question.follow_ups else ()
    for piece in wanted:
        assert piece in text
    assert "{" not in text


def test_follow_up_depth_and_time_are_told() -> None:
    first, second, *others = SCRIPT.questions
    deep = replace(first, follow_ups=2, minutes=1.0)
    flat = replace(second, follow_ups=0)
    text = instructions(replace(SCRIPT, questions=(deep, flat, *others)), "en")
    assert "About 1 minute; at most 2 follow-ups." in text
    assert "About 1.75 minutes; at most 1 follow-up." in text
    assert "About 1.75 minutes; no follow-up." in text


def test_braces_in_a_script_are_only_text() -> None:
    assert "{role} {0} {" in instructions(replace(SCRIPT, persona="{role} {0} {"), "en")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Hold the whole interview in English,"),
        ("en-GB", "Hold the whole interview in English,"),
        ("de-CH", "are in English: say them in German."),
        ("tlh", "the language with the tag tlh"),
        ("any", "Begin in English."),
    ],
)
def test_the_language_is_the_candidates_choice(language: str, said: str) -> None:
    text = instructions(SCRIPT, language)
    assert said in text
    assert ("say them in" in text) == (language in {"de-CH", "tlh"})


def test_the_greeting_holds_the_first_question() -> None:
    text = greeting_instructions(SCRIPT, "en")
    assert quoted_lines(SCRIPT, text) == (SCRIPT.greeting, SCRIPT.questions[0].text)


def test_single_turns_quote_the_line_to_say_and_no_other() -> None:
    assert quoted_lines(SCRIPT, silence_prompt_instructions(SCRIPT, "en")) == (
        SCRIPT.silence_prompt,
    )
    assert quoted_lines(SCRIPT, last_question_note(SCRIPT)) == (SCRIPT.last_question,)


def test_early_endings_have_their_own_words() -> None:
    said = {e: quoted_lines(SCRIPT, closing_instructions(SCRIPT, "en", e)) for e in ENDINGS}
    assert said == {
        "finished": (SCRIPT.closing,),
        "time": (SCRIPT.closing,),
        "silence": (SCRIPT.early_closing,),
        "stopped": (SCRIPT.early_closing,),
    }


def test_single_turns_keep_the_conduct() -> None:
    for text in (greeting_instructions(SCRIPT, "de"), silence_prompt_instructions(SCRIPT, "de")):
        assert text.startswith(instructions(SCRIPT, "de"))
        assert len(text.encode()) < 32_000
