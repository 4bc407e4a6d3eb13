import pytest

from kiosk.audio.port import Clock
from kiosk.core import events as on
from kiosk.core.machine import begin, step
from kiosk.core.plan import ENDINGS, Ending
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Phase
from kiosk.core.turns import Turn
from kiosk.demo.notes import Moments, Notes, transcript
from tests.core.world import PLAN


class Booth:
    """A core whose every step is noted."""

    def __init__(self) -> None:
        self.notes = Notes()
        self.state = begin(Rules(farewell_s=1.0), {"en": PLAN})

    def tell(self, now_s: float, *events: on.Event) -> None:
        for event in events:
            self.state, effects = step(self.state, event, now_s)
            self.notes.observe(self.state, event, effects, now_s)


def greeted() -> Booth:
    booth = Booth()
    booth.tell(10.0, on.Booted())
    booth.tell(20.0, on.ButtonChanged(down=True))
    booth.tell(20.1, on.ButtonChanged(down=False))
    booth.tell(20.5, on.LineOpened(1))
    booth.tell(20.6, on.ResponseCreated("r1"), on.VoiceTextAdded("r1", "a1", "Hello and welcome."))
    booth.tell(21.0, on.PlayoutReported(20, 60, audible=True))
    return booth


def test_the_first_time_of_each_thing_counts() -> None:
    booth = greeted()
    booth.tell(22.0, on.ButtonChanged(down=True))
    booth.tell(23.0, on.PlayoutReported(2000, 60, audible=True))
    moments = booth.notes.moments
    assert moments == Moments(pressed_s=20.0, opened_s=20.5, requested_s=20.5, heard_s=21.0)
    assert moments.since_press_ms(moments.heard_s) == 1000.0


def test_what_never_happened_has_no_time() -> None:
    booth = Booth()
    booth.tell(10.0, on.Booted())
    assert booth.notes.moments == Moments()
    assert Moments().since_press_ms(5.0) is None
    assert Moments(pressed_s=1.0).since_press_ms(None) is None


def test_speech_over_a_voice_is_a_barge_in_and_speech_after_it_is_none() -> None:
    booth = greeted()
    booth.tell(22.0, on.SpeechStarted("u1"))
    booth.tell(23.0, on.SpeechStopped("u1"))
    booth.tell(24.0, on.SpeechStarted("u2"))
    assert booth.notes.barge_ins_s == [22.0]


def test_the_conversation_outlives_its_wiping() -> None:
    booth = greeted()
    bye = on.ToolCall("c1", "end_interview", {})
    booth.tell(22.0, on.ResponseDone("r1", "completed", "", None, ("a1",), (), on.Usage()))
    booth.tell(23.0, on.SpeechStarted("u1"))
    booth.tell(24.0, on.TurnCommitted("u1"), on.ResponseCreated("r2"))
    booth.tell(25.0, on.ResponseDone("r2", "completed", "", None, (), (bye,), on.Usage()))
    assert booth.notes.ending == "finished"
    assert booth.notes.held
    assert not booth.notes.over
    booth.tell(40.0, on.TimePassed())
    booth.tell(50.0, on.TimePassed(), on.Wiped())
    assert booth.state.talk.turns == ()
    assert [turn.item_id for turn in booth.notes.turns] == ["a1", "u1"]
    assert [phase for _, phase in booth.notes.phases] == [
        Phase.IDLE,
        Phase.CONNECTING,
        Phase.CONVERSING,
        Phase.WRAPPING_UP,
        Phase.FAREWELL,
        Phase.WIPING,
        Phase.IDLE,
    ]
    assert booth.notes.phases[1] == (20.0, Phase.CONNECTING)
    assert booth.notes.over


@pytest.mark.parametrize("ending", ENDINGS)
def test_only_an_interview_with_its_last_question_was_held(ending: Ending) -> None:
    assert Notes(ending=ending).held is (ending == "finished")


def test_an_interview_that_was_broken_off_is_over_but_was_not_held() -> None:
    booth = greeted()
    booth.tell(22.0, on.ButtonChanged(down=True))
    booth.tell(24.0, on.ButtonChanged(down=False))
    booth.tell(60.0, on.TimePassed(), on.Wiped())
    assert booth.notes.over
    assert not booth.notes.held


def test_a_booth_that_only_stood_there_held_nothing() -> None:
    booth = Booth()
    booth.tell(10.0, on.Booted())
    assert not booth.notes.held
    assert not booth.notes.over


def test_underruns_are_the_most_that_were_counted() -> None:
    notes = Notes()
    for underruns in (0, 3, 0):
        notes.take_clock(Clock(0.0, 0, 0, False, -100.0, False, underruns, 0))
    assert notes.underruns == 3


def test_a_transcript_has_what_was_heard_in_the_order_of_its_beginning() -> None:
    turns = (
        Turn("u1", "candidate", began_s=105.0, ended_s=107.5, text=" My answer. ", final=True),
        Turn("a1", "interviewer", 1, began_s=101.0, ended_s=104.0, text="A question?", shown=11),
        Turn(
            "a2",
            "interviewer",
            2,
            began_s=108.0,
            ended_s=109.0,
            text="And now a long",
            shown=7,
            cut=True,
        ),
        Turn("a3", "interviewer", 3, text="Nobody heard this.", cut=True),
        Turn("u2", "candidate", began_s=110.0, text=""),
        Turn("u3", "candidate", began_s=111.0, text="Still speaking"),
    )
    assert transcript(turns, 100.0) == [
        {"who": "interviewer", "text": "A question?", "start_s": 1.0, "end_s": 4.0, "cut": False},
        {"who": "candidate", "text": "My answer.", "start_s": 5.0, "end_s": 7.5, "cut": False},
        {"who": "interviewer", "text": "And now", "start_s": 8.0, "end_s": 9.0, "cut": True},
        {
            "who": "candidate",
            "text": "Still speaking",
            "start_s": 11.0,
            "end_s": 11.0,
            "cut": False,
        },
    ]
