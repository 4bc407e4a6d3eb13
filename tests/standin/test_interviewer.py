from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.interview.script import Script, spoken_lines
from kiosk.interview.session import plan
from kiosk.standin.interviewer import Interviewer, Progress, Tool, Utterance
from tests.standin.conftest import script_of

LONG = "I measured a river with my neighbours for a year and wrote down what we saw each day."


@pytest.fixture
def interviewer(script: Script) -> Interviewer:
    return Interviewer(script)


def begun(interviewer: Interviewer) -> Progress:
    progress, utterance = interviewer.instructed(Progress(), "greet")
    assert utterance.tool is not None
    return interviewer.announced(progress, utterance.tool)


def test_it_greets_and_asks_the_first_question(interviewer: Interviewer, script: Script) -> None:
    progress, utterance = interviewer.instructed(Progress(), None)
    assert utterance == Utterance(
        (script.greeting, script.questions[0].text), Tool("next_question", {"number": 1})
    )
    assert progress.question == 1


def test_a_short_answer_gets_one_follow_up_and_a_long_one_none(
    interviewer: Interviewer, script: Script
) -> None:
    progress, utterance = interviewer.answered(begun(interviewer), "I learned to swim.")
    assert utterance == Utterance(("So you learned it.", script.questions[0].probe[0]))
    progress, utterance = interviewer.answered(progress, "Slowly, with a friend.")
    assert utterance.pieces == ("I see.", script.questions[1].text)
    _, utterance = interviewer.answered(begun(interviewer), LONG)
    assert utterance.pieces == ("I see.", script.questions[1].text)


def test_it_refers_to_whole_words_only(interviewer: Interviewer) -> None:
    _, utterance = interviewer.answered(begun(interviewer), LONG.replace("saw", "unlearned"))
    assert utterance.pieces[0] == "I see."
    _, utterance = interviewer.answered(begun(interviewer), LONG.replace("saw", "LEARNED"))
    assert utterance.pieces[0] == "So you learned it."


def test_it_thanks_and_ends_after_the_last_answer(interviewer: Interviewer, script: Script) -> None:
    progress, _ = interviewer.answered(begun(interviewer), LONG)
    progress, utterance = interviewer.answered(progress, LONG)
    assert utterance == Utterance(
        ("All right.", script.closing), Tool("end_interview", {"reason": "finished"})
    )
    assert interviewer.answered(progress, "One more thing") == (progress, Utterance())


@pytest.mark.parametrize(
    "request_",
    [
        "Could you repeat that, please?",
        "Sorry to interrupt, could you say that again, please?",
        "Pardon?",
        "I did not hear the question.",
        "What was the question?",
        "Once more please.",
    ],
)
def test_it_repeats_the_question_on_request(
    interviewer: Interviewer, script: Script, request_: str
) -> None:
    progress = begun(interviewer)
    after, utterance = interviewer.answered(progress, request_)
    assert utterance == Utterance((script.repeat, script.questions[0].text))
    assert after.question == 1


def test_an_answer_that_happens_to_say_repeat_is_an_answer(interviewer: Interviewer) -> None:
    answer = f"{LONG} I had to repeat the measurement again and again until it was right."
    progress, _ = interviewer.answered(begun(interviewer), answer)
    assert progress.question == 2


def test_it_asks_again_when_nothing_was_understood_but_not_for_ever(
    interviewer: Interviewer, script: Script
) -> None:
    progress = begun(interviewer)
    for _ in range(2):
        progress, utterance = interviewer.answered(progress, "")
        assert utterance.pieces == (script.clarification,)
    progress, utterance = interviewer.answered(progress, "")
    assert utterance.pieces[-1] == script.questions[1].text


def test_a_question_cut_off_early_is_asked_again(interviewer: Interviewer, script: Script) -> None:
    progress = interviewer.interrupted(begun(interviewer), 0.2)
    progress, utterance = interviewer.answered(progress, "Oh wait, I am so nervous, sorry.")
    assert utterance.pieces == (script.questions[0].text,)
    progress = interviewer.interrupted(progress, 0.9)
    progress, _ = interviewer.answered(progress, LONG)
    assert progress.question == 2


def test_a_candidate_may_stop(interviewer: Interviewer, script: Script) -> None:
    _, utterance = interviewer.answered(begun(interviewer), "I would like to stop here, please.")
    assert utterance == Utterance(
        (script.early_closing,), Tool("end_interview", {"reason": "stopped"})
    )


def test_yes_to_the_silence_prompt_repeats_and_no_waits(
    interviewer: Interviewer, script: Script
) -> None:
    progress, utterance = interviewer.silent(begun(interviewer))
    assert utterance.pieces == (script.silence_prompt,)
    _, utterance = interviewer.answered(progress, "Yes, please.")
    assert utterance.pieces == (script.repeat, script.questions[0].text)
    _, utterance = interviewer.answered(progress, "No, thank you.")
    assert utterance == Utterance()


def test_it_knows_what_a_booth_wants_by_its_instructions(
    interviewer: Interviewer, script: Script
) -> None:
    for language in ("en", "any", "ja", "ar", "pt-BR"):
        wants = plan(script, language)
        assert interviewer.intent(wants.greeting) == "greet"
        assert interviewer.intent(wants.resume) == "resume"
        assert interviewer.intent(wants.silence_prompt) == "prompt"
        for ending, text in wants.closings.items():
            assert interviewer.intent(text) == ending
    assert interviewer.intent("Sing.") is None


def test_the_silence_prompt_is_not_the_goodbye_of_a_silence(
    interviewer: Interviewer, script: Script
) -> None:
    wants = plan(script, "en")
    _, utterance = interviewer.instructed(
        begun(interviewer), interviewer.intent(wants.silence_prompt)
    )
    assert utterance == Utterance((script.silence_prompt,))


def test_the_last_question_follows_the_answer_and_then_comes_the_closing(
    interviewer: Interviewer, script: Script
) -> None:
    progress = interviewer.told(begun(interviewer), plan(script, "en").last_question)
    progress, utterance = interviewer.answered(progress, "Yes.")
    last = len(script.questions)
    assert utterance.pieces[1:] == (script.last_question, script.questions[-1].text)
    assert utterance.tool == Tool("next_question", {"number": last})
    _, utterance = interviewer.answered(progress, "Yes.")
    assert utterance.pieces[-1] == script.closing


@pytest.mark.parametrize(
    ("ending", "line"),
    [
        ("finished", "closing"),
        ("time", "closing"),
        ("silence", "early_closing"),
        ("stopped", "early_closing"),
    ],
)
def test_each_ending_has_its_words(
    interviewer: Interviewer, script: Script, ending: Any, line: str
) -> None:
    progress, utterance = interviewer.instructed(begun(interviewer), ending)
    assert utterance == Utterance(
        (getattr(script, line),), Tool("end_interview", {"reason": ending})
    )
    assert interviewer.instructed(progress, None)[1] == Utterance()


def test_it_goes_on_from_words_that_were_put_back(interviewer: Interviewer, script: Script) -> None:
    progress = interviewer.told(Progress(), plan(script, "en").places[0])
    progress = interviewer.remembered(progress, f"{script.greeting} {script.questions[0].text}")
    progress = interviewer.remembered(progress, f"I see. {script.questions[0].probe[0]}")
    progress, utterance = interviewer.instructed(progress, "resume")
    assert utterance == Utterance((script.questions[0].probe[0],))
    progress, utterance = interviewer.answered(progress, "Step by step.")
    assert utterance.tool == Tool("next_question", {"number": 2})
    ended = interviewer.remembered(progress, script.closing)
    assert interviewer.answered(ended, "Hello?")[1] == Utterance()


def test_a_question_whose_call_was_lost_is_announced_with_its_repeat(
    interviewer: Interviewer,
) -> None:
    progress, _ = interviewer.instructed(Progress(), "greet")
    _, utterance = interviewer.answered(progress, "Could you repeat that?")
    assert utterance.tool == Tool("next_question", {"number": 1})


@given(
    st.lists(st.sampled_from(["", "yes", "no", "repeat please", LONG, "I learned it"]), max_size=30)
)
def test_every_interview_says_only_lines_of_the_script_and_ends_once(answers: list[str]) -> None:
    script = script_of()
    interviewer = Interviewer(script)
    lines = set(spoken_lines(script))
    progress, numbers, ends = begun(interviewer), [1], 0
    for answer in answers:
        progress, utterance = interviewer.answered(progress, answer)
        assert set(utterance.pieces) <= lines
        if utterance.tool is not None:
            progress = interviewer.announced(progress, utterance.tool)
            ends += utterance.tool.name == "end_interview"
            if utterance.tool.name == "next_question":
                numbers.append(int(str(utterance.tool.arguments["number"])))
    assert numbers == sorted(set(numbers))
    assert ends <= 1


def test_words_that_were_cut_off_in_a_question_tell_which_one_it_was(
    interviewer: Interviewer, script: Script
) -> None:
    question = script.questions[0].text
    spoken = f"{script.greeting} {' '.join(question.split()[:3])}"
    assert question not in spoken
    progress = interviewer.remembered(Progress(), spoken)
    assert interviewer.hands_over(spoken)
    _, utterance = interviewer.instructed(progress, "resume")
    assert utterance == Utterance((question,), Tool("next_question", {"number": 1}))


def test_thanks_that_were_cut_off_leave_the_answer_to_be_answered(
    interviewer: Interviewer,
) -> None:
    assert not interviewer.hands_over("I see.")


def test_a_new_call_is_told_which_question_was_asked(
    interviewer: Interviewer, script: Script
) -> None:
    progress = interviewer.told(Progress(), plan(script, "en").places[1])
    _, utterance = interviewer.instructed(progress, "resume")
    assert utterance == Utterance((script.questions[1].text,))


def test_one_that_takes_over_says_so_once_it_goes_on(script: Script) -> None:
    understudy = Interviewer(script, "I take over.")
    assert understudy.resumed(Utterance(("Well?",))).pieces == ("I take over.", "Well?")
    assert Interviewer(script).resumed(Utterance(("Well?",))).pieces == ("Well?",)
