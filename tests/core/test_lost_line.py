"""The line stalls, breaks or stays dead in an interview: nothing of it is lost that was said."""

import pytest

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Phase
from kiosk.core.state import Deadline
from tests.core.dark_lines import dark, watched
from tests.core.world import PLAN, QUESTION, World, asked, in_phase, speaking

RULES = Rules()


# --- a slow line, a dark line --------------------------------------------------------------------


def test_a_slow_line_is_shown_and_nothing_else() -> None:
    world = World().converse()
    watched(world, "slow", 1.0)
    assert (world.phase(), world.shown.line) == (Phase.CONVERSING, "slow")
    watched(world, "well", 0.0)
    assert world.shown.line == "well"


def test_what_a_call_that_is_over_hears_means_nothing() -> None:
    world = World().converse()
    before = world.state
    world.tell(on.LineWatched(7, "dark", world.now))
    assert world.state == before


def test_a_dark_line_is_kept_while_another_call_is_dialled() -> None:
    world = World().converse()
    world.effects.clear()
    world.line = "silent"
    watched(world, "dark")
    assert world.phase() is Phase.RECONNECTING
    assert world.shown.line == "lost"
    assert [e for e in world.effects if not isinstance(e, do.Note)] == [do.OpenLine(2, "en")]


def test_a_dark_line_that_revives_goes_on_as_if_nothing_had_been() -> None:
    world = World().converse()
    world.line = "silent"
    talk = world.talk
    watched(world, "dark")
    lost_s = world.now - 2.5
    world.effects.clear()
    watched(world, "well", 0.0)
    assert world.phase() is Phase.CONVERSING
    assert [e for e in world.effects if not isinstance(e, do.Note)] == [
        do.DropLine(),
        do.PutBackSpeech(lost_s),
        do.HearCandidate(),
    ]
    assert world.talk == talk
    assert world.shown.microphone_open
    world.tell(on.LineOpened(2), on.LineFailed(2, Fault.UNREACHABLE))
    assert world.phase() is Phase.CONVERSING


def test_an_interviewer_who_spoke_into_the_dark_says_it_again() -> None:
    world = speaking()
    heard = world.turn("item_3").heard
    assert 0 < len(heard) < len(QUESTION)
    world.line = "silent"
    watched(world, "dark")
    world.effects.clear()
    watched(world, "well", 0.0)
    assert world.said == [
        do.CancelResponse(),
        do.ClearVoice(),
        do.AddItem("system", PLAN.heard_only + heard),
    ]
    assert world.turn("item_3").cut
    world.done("r2", status="cancelled")
    assert world.said[-1] == do.CreateResponse(PLAN.resume)
    world.answer("r9", "item_9", QUESTION)
    assert world.turn("item_3").heard == heard
    assert world.turn("item_9").heard == QUESTION


def test_an_interviewer_whose_words_were_all_heard_before_the_dark_does_not() -> None:
    world = speaking()
    world.line = "silent"
    world.done("r2", "item_3")
    watched(world, "dark")
    world.play(12)
    assert world.turn("item_3").heard == QUESTION
    world.effects.clear()
    watched(world, "well", 0.0)
    assert world.said == []


def test_what_was_received_before_the_dark_is_still_heard_and_shown() -> None:
    world = speaking()
    world.line = "silent"
    watched(world, "dark")
    before = world.turn("item_3").shown
    world.play(2)
    assert world.turn("item_3").shown > before


def test_a_voice_that_was_lost_in_the_dark_is_asked_for_once_more() -> None:
    world = dark()
    watched(world, "well", 0.0)
    asked = list(world.asked)
    for response in ("r8", "r9"):
        world.created(response)
        world.text(response, f"item_{response}", "What did you learn?")
        world.done(response, f"item_{response}")
        world.wait(RULES.voice_s + 0.1)
    assert world.asked == [*asked, PLAN.resume]


def test_an_answer_that_was_due_when_the_line_went_dark_is_asked_for_again() -> None:
    world = asked()
    world.line = "silent"
    watched(world, "dark")
    world.effects.clear()
    watched(world, "well", 0.0)
    assert world.said == [
        do.CancelResponse(),
        do.AddItem("system", PLAN.heard_only + world.turn("item_1").heard),
        do.CreateResponse(PLAN.resume),
    ]


def test_a_greeting_that_the_line_went_dark_before_is_given_again() -> None:
    world = World().call()
    world.created("r1")
    world.line = "silent"
    watched(world, "dark")
    watched(world, "well", 0.0)
    world.done("r1", status="cancelled")
    assert world.asked == [PLAN.greeting, PLAN.greeting]


def heard_from_the_middle(world: World) -> None:
    """Let a line revive, and a voice be heard in it before anything tells of a response."""
    world.play(0.3)
    world.created("r8")
    world.text("r8", "item_8", QUESTION)


def test_a_question_that_is_heard_from_its_middle_on_is_said_again() -> None:
    world = dark()
    watched(world, "well", 0.0)
    world.effects.clear()
    heard_from_the_middle(world)
    assert world.said == [
        do.CancelResponse(),
        do.ClearVoice(),
        do.AddItem("system", PLAN.heard_only + "-"),
    ]
    assert not world.turn("item_8").heard
    world.done("r8", status="cancelled")
    assert world.asked[-1] == PLAN.resume
    world.answer("r9", "item_9", QUESTION)
    assert world.turn("item_9").heard == QUESTION


def test_it_is_said_again_after_what_the_candidate_said_in_the_dark_is_put_back() -> None:
    world = dark()
    world.put_back = None
    watched(world, "well", 0.0)
    heard_from_the_middle(world)
    world.done("r8", status="cancelled")
    asked = list(world.asked)
    world.tell(on.SpeechPutBack(world.state.line, "nothing"))
    assert world.asked == [*asked, PLAN.resume]


def test_a_question_that_is_heard_from_its_beginning_is_not() -> None:
    world = dark()
    watched(world, "well", 0.0)
    world.effects.clear()
    world.answer("r8", "item_8", QUESTION)
    assert world.said == []
    assert world.turn("item_8").heard == QUESTION


def test_a_voice_that_is_announced_late_is_not_stopped_once_the_line_has_proved_itself() -> None:
    world = dark()
    watched(world, "well", 0.0)
    world.answer("r7", "item_7", QUESTION)
    world.wait(1)
    world.effects.clear()
    heard_from_the_middle(world)
    world.started("r8")
    world.play(1)
    assert world.said == []
    assert world.turn("item_8").heard


def test_a_goodbye_that_is_due_is_not_given_up_for_what_began_in_the_dark() -> None:
    world = World(rules=Rules(limit_s=4.0, wrap_up_s=0.0)).converse()
    world.line = "silent"
    watched(world, "dark")
    watched(world, "well", 0.0)
    world.play(3)
    asked = list(world.asked)
    world.created("r8")
    world.text("r8", "item_8", QUESTION)
    world.done("r8", status="cancelled")
    assert world.phase() is Phase.WRAPPING_UP
    assert PLAN.resume not in world.asked[len(asked) :]


def test_the_call_that_opens_first_takes_over() -> None:
    world = dark()
    world.effects.clear()
    world.tell(on.LineOpened(2))
    assert world.phase() is Phase.CONVERSING
    assert world.effects[:3] == [do.TakeLine(2), do.FlushVoice(), do.PassVoice()]
    assert world.count(do.CloseLine) == 0
    world.tell(on.LineFailed(1, Fault.LINE_LOST), on.LineWatched(1, "well", world.now))
    assert (world.phase(), world.state.line) == (Phase.CONVERSING, 2)


def test_a_dark_line_that_breaks_is_not_waited_for() -> None:
    world = dark()
    world.tell(on.LineFailed(1, Fault.LINE_LOST))
    assert world.phase() is Phase.RECONNECTING
    world.tell(on.LineWatched(1, "well", world.now))
    assert world.phase() is Phase.RECONNECTING
    world.tell(on.LineOpened(2))
    assert world.phase() is Phase.CONVERSING


def test_a_dark_line_may_revive_between_two_tries() -> None:
    world = dark()
    world.tell(on.LineFailed(2, Fault.UNREACHABLE))
    world.tell(on.LineWatched(1, "slow", world.now))
    assert world.phase() is Phase.CONVERSING
    world.wait(RULES.redial_s * 2)
    assert world.count(do.OpenLine) == 2


# --- what the new call is told -------------------------------------------------------------------


def test_a_question_cut_off_by_the_dark_is_asked_by_the_new_call() -> None:
    world = speaking()
    heard = world.turn("item_3").heard
    assert 0 < len(heard) < len(QUESTION)
    world.effects.clear()
    watched(world, "dark")
    assert world.said[-2:] == [do.AddItem("assistant", heard), do.CreateResponse(PLAN.resume)]
    world.answer("r9", "item_9", QUESTION)
    assert world.turn("item_9").heard == QUESTION


def test_the_new_call_is_told_where_in_the_plan_the_old_one_was() -> None:
    world = asked()
    world.created("r2")
    world.done("r2", tools=(("call_1", "next_question", {"number": 2}),))
    world.effects.clear()
    watched(world, "dark")
    assert do.AddItem("system", PLAN.places[1]) in world.said
    assert world.shown.question == 2


def test_an_answer_that_nobody_replied_to_yet_is_gone_on_from() -> None:
    world = asked()
    world.transcript("item_2", "A garden.")
    world.effects.clear()
    watched(world, "dark")
    assert world.said[-2:] == [do.AddItem("user", "A garden."), do.CreateResponse("go on")]


def test_speech_since_the_line_went_dark_is_put_back() -> None:
    world = World().converse()
    world.put_back = None
    watched(world, "dark", 2.5)
    lost_s = world.now - 2.5
    assert world.effects[-1] == do.PutBackSpeech(lost_s)
    assert not world.shown.microphone_open


def test_an_answer_begun_before_the_dark_is_put_back_from_its_beginning() -> None:
    world = World().converse()
    world.put_back = None
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    began_s = world.now
    world.wait(6)
    watched(world, "dark", 2.5)
    effect = world.effects[-1]
    assert isinstance(effect, do.PutBackSpeech)
    assert began_s - 2 < effect.since_s < began_s


def test_an_answer_whose_words_never_came_is_put_back_too() -> None:
    world = asked()
    world.put_back = None
    began_s = world.turn("item_2").began_s
    assert began_s is not None
    watched(world, "dark", 0.0)
    effect = world.effects[-1]
    assert isinstance(effect, do.PutBackSpeech)
    assert effect.since_s < began_s


def test_speech_that_the_service_hears_again_is_answered_by_itself() -> None:
    world = asked()
    world.put_back = "sound"
    watched(world, "dark")
    assert world.shown.microphone_open
    assert not any(isinstance(command, do.CreateResponse) for command in world.said[1:])
    world.say("input_audio_buffer.speech_started", item_id="item_8")
    world.wait(RULES.noticed_s + 1)
    world.say("input_audio_buffer.committed", item_id="item_8")
    world.transcript("item_8", "A garden, I said.")
    world.answer("r9", "item_9", "Thank you.")
    assert world.asked == [PLAN.greeting]
    assert [turn.heard for turn in world.talk.turns if turn.who == "candidate"] == [
        "A garden, I said."
    ]


def test_speech_that_is_put_back_and_not_noticed_is_asked_for_again() -> None:
    world = asked()
    world.put_back = "sound"
    watched(world, "dark")
    world.wait(RULES.noticed_s)
    assert world.asked[-1] == PLAN.resume


def test_speech_that_was_recognised_here_becomes_a_turn_of_the_transcript() -> None:
    world = asked()
    world.put_back, world.recognised = "text", "A garden."
    watched(world, "dark")
    assert world.said[-2:] == [do.AddItem("user", "A garden."), do.CreateResponse("go on")]
    assert world.talk.turns[-1].heard == "A garden."
    assert world.shown.microphone_open


def test_speech_that_is_lost_is_asked_for_again() -> None:
    world = asked()
    watched(world, "dark")
    assert world.said[-1] == do.CreateResponse(PLAN.resume)


def test_nobody_waits_for_ever_for_speech_to_be_put_back() -> None:
    world = World().converse()
    world.put_back = None
    watched(world, "dark")
    assert not world.shown.microphone_open
    assert world.shown.lost_s == world.now - 2.5
    world.wait(RULES.put_back_s)
    assert world.shown.microphone_open
    assert world.shown.lost_s is None
    assert world.asked[-1] == PLAN.resume
    asked = world.asked
    world.tell(on.SpeechPutBack(2, "text", "Late."))
    assert world.said[-1] == do.AddItem("user", "Late.")
    assert world.asked == asked
    assert world.talk.turns[-1].heard == "Late."


def test_a_line_lost_again_while_speech_is_put_back_keeps_what_was_said_before() -> None:
    world = World().converse()
    world.put_back = None
    watched(world, "dark", 2.5)
    first = world.effects[-1]
    world.wait(1)
    watched(world, "dark", 0.5)
    assert world.effects[-1] == first


def test_speech_put_back_into_a_call_that_is_lost_before_it_is_a_turn_is_put_back_again() -> None:
    world = World().converse()
    world.put_back = "sound"
    watched(world, "dark", 2.5)
    lost_s = world.now - 2.5
    world.wait(3)
    world.put_back = None
    watched(world, "dark", 0.5)
    assert world.effects[-1] == do.PutBackSpeech(lost_s)


def test_a_turn_made_of_speech_put_back_began_when_it_was_said() -> None:
    world = World().converse()
    world.put_back = "sound"
    watched(world, "dark", 6.0)
    lost_s = world.now - 6.0
    world.wait(2)
    world.say("input_audio_buffer.speech_started", item_id="item_8")
    world.wait(5)
    world.put_back = None
    watched(world, "dark", 2.5)
    assert world.effects[-1] == do.PutBackSpeech(lost_s)


def test_a_turn_after_the_one_that_was_put_back_begins_where_it_does() -> None:
    world = World().converse()
    world.put_back = "sound"
    watched(world, "dark", 6.0)
    world.speak("item_8", "A garden.")
    world.answer("r8", "item_9", "I see.")
    world.say("input_audio_buffer.speech_started", item_id="item_10")
    began_s = world.now
    world.wait(5)
    world.put_back = None
    watched(world, "dark", 2.5)
    effect = world.effects[-1]
    assert isinstance(effect, do.PutBackSpeech)
    assert began_s - 2 < effect.since_s < began_s


def test_what_is_said_while_words_are_looked_for_is_waited_for_before_the_interviewer_goes_on() -> (
    None
):
    world = World().converse()
    world.put_back = None
    watched(world, "dark")
    asked = world.asked
    world.tell(on.SpeechPutBack(2, "text", "A garden,", more=True))
    assert world.shown.microphone_open
    world.wait(5)
    assert world.asked == asked
    world.tell(on.SpeechPutBack(2, "text", "I said."))
    assert world.said[-3:] == [
        do.AddItem("user", "A garden,"),
        do.AddItem("user", "I said."),
        do.CreateResponse("go on"),
    ]


@pytest.mark.parametrize("revives", [True, False])
def test_words_that_are_found_in_the_dark_reach_the_call_that_goes_on(*, revives: bool) -> None:
    world = World().converse()
    world.put_back = None
    watched(world, "dark")
    world.line = "silent"
    watched(world, "dark")
    world.effects.clear()
    world.tell(on.SpeechPutBack(2, "text", "A garden."))
    if revives:
        watched(world, "well", 0.0)
    else:
        world.tell(on.LineOpened(world.state.dialled))
    world.tell(on.SpeechPutBack(world.state.line, "nothing"))
    assert world.said.count(do.AddItem("user", "A garden.")) == (1 if revives else 2)
    assert world.asked == ["go on"]


def test_words_that_come_when_nobody_waits_for_them_any_more_are_answered() -> None:
    world = World().converse()
    world.put_back = None
    world.line = "silent"
    revived(world)
    world.tell(on.SpeechPutBack(world.state.line, "text", "", more=True))
    revived(world)
    world.tell(on.SpeechPutBack(world.state.line, "nothing"))
    asked = world.asked
    world.tell(on.SpeechPutBack(world.state.line, "text", "A garden."))
    assert world.asked == [*asked, "go on"]


def test_words_that_are_found_in_the_last_words_are_in_the_transcript_and_change_nothing() -> None:
    world = in_phase(Phase.WRAPPING_UP)
    world.effects.clear()
    world.tell(on.SpeechPutBack(world.state.line, "text", "A garden."))
    assert world.phase() is Phase.WRAPPING_UP
    assert world.said == [do.AddItem("user", "A garden.")]
    assert world.talk.turns[-1].heard == "A garden."


def test_words_that_are_lost_in_a_line_that_revives_are_asked_for_again() -> None:
    world = World().converse()
    world.put_back = "lost"
    revived(world)
    assert world.asked[-1] == PLAN.resume


def test_an_answer_goes_on_though_a_part_of_it_is_lost() -> None:
    world = answering()
    world.put_back = "lost"
    revived(world)
    assert world.said == []


def revived(world: World) -> None:
    """Let the line be dark for a moment, and hear again by itself."""
    world.line = "silent"
    watched(world, "dark")
    world.effects.clear()
    watched(world, "well", 0.0)


def answering() -> World:
    """A candidate in mid-answer."""
    world = World().converse()
    world.say("input_audio_buffer.speech_started", item_id="item_2")
    return world


def test_a_line_that_revives_takes_what_was_said_meanwhile_into_the_same_answer() -> None:
    world = answering()
    world.put_back = "sound"
    revived(world)
    assert world.shown.microphone_open
    assert world.said == []
    assert Deadline.PUT_BACK not in world.state.deadlines
    world.say("input_audio_buffer.committed", item_id="item_2")
    world.transcript("item_2", "A garden, I said.")
    world.answer("r9", "item_9", "Thank you.")
    assert world.talk.turns[-2].heard == "A garden, I said."


def test_a_line_that_revives_is_told_the_words_where_it_takes_no_sound() -> None:
    world = answering()
    world.put_back, world.recognised = "text", "A garden."
    revived(world)
    assert world.said == [do.AddItem("user", "A garden.")]


def test_an_answer_that_was_over_before_the_line_revived_is_gone_on_from() -> None:
    world = World().converse()
    world.put_back, world.recognised = "text", "A garden."
    revived(world)
    assert world.said == [do.AddItem("user", "A garden."), do.CreateResponse("go on")]


def test_an_answer_that_the_revived_line_does_not_notice_is_asked_for_again() -> None:
    world = World().converse()
    world.put_back = "sound"
    revived(world)
    world.wait(RULES.noticed_s)
    assert world.asked[-1] == PLAN.resume


def test_a_revived_line_that_takes_nothing_in_time_goes_on_without() -> None:
    world = World().converse()
    world.put_back = None
    revived(world)
    assert not world.shown.microphone_open
    world.wait(RULES.put_back_s)
    assert world.shown.microphone_open
    assert world.said == []


def test_a_call_that_follows_a_revived_one_is_told_to_go_on() -> None:
    world = World().converse()
    revived(world)
    world.line = "opens"
    watched(world, "dark")
    assert world.asked[-1] == PLAN.resume


def test_a_line_lost_before_the_greeting_was_heard_greets_anew() -> None:
    world = World().call()
    ends_s = world.shown.ends_s
    watched(world, "dark")
    assert world.asked == [PLAN.greeting, PLAN.greeting]
    assert Deadline.GREETING in world.state.deadlines
    assert world.shown.ends_s == ends_s


def test_the_last_question_is_told_to_the_new_call_as_well() -> None:
    world = World().converse()
    while Deadline.LAST_QUESTION in world.state.deadlines:
        world.press()
        world.wait(5)
    world.effects.clear()
    watched(world, "dark")
    assert do.AddItem("system", PLAN.last_question) in world.said
