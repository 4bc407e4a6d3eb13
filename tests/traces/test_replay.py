"""Holds the booth to its promises over every trace in this folder."""

from pathlib import Path

import pytest

from kiosk.core import events as on
from kiosk.core.snapshot import Mood, Phase
from kiosk.core.watch import QUIET_S
from kiosk.demo.trace import Entry, read
from tests.traces.replay import TICK_MS, Replay, at_rest

TRACES = sorted(Path(__file__).parent.glob("*.jsonl"))
TICK_S = TICK_MS / 1000


@pytest.fixture(params=TRACES, ids=lambda path: path.stem)
def trace(request: pytest.FixtureRequest) -> tuple[Entry, ...]:
    path: Path = request.param
    return read(path)


@pytest.fixture
def replay(trace: tuple[Entry, ...]) -> Replay:
    replay = Replay()
    replay.run(trace)
    return replay


def test_there_are_traces() -> None:
    assert len(TRACES) >= 8


def test_every_message_is_understood(replay: Replay) -> None:
    strange = {"malformed", "not json", "not an object", "oversized"}
    assert not strange & replay.reader.counts.keys()
    assert replay.reader.counts["read"] > 10


def test_it_ends_in_the_candidates_turn(trace: tuple[Entry, ...], replay: Replay) -> None:
    if not at_rest(trace):
        pytest.skip("the trace breaks off in mid-turn")
    last = replay.moments[-1].shown
    assert last.phase is Phase.CONVERSING
    assert last.mood is Mood.LISTENING
    assert replay.state.talk.resting
    assert not [turn for turn in replay.state.talk.turns if turn.pending]


def test_the_interviewer_is_seen_to_speak_only_while_heard(replay: Replay) -> None:
    heard_s = -1.0
    spoke = 0
    for moment in replay.moments:
        if moment.audible:
            heard_s = moment.now_s
        if moment.shown.mood is Mood.SPEAKING:
            spoke += 1
            assert moment.now_s - heard_s <= QUIET_S + 2 * TICK_S
    assert spoke


def test_what_is_heard_moves_the_mouth(replay: Replay) -> None:
    for moment in replay.moments:
        told = isinstance(moment.event, on.PlayoutReported)
        if told and moment.audible and not moment.shown.candidate_speaking:
            assert moment.shown.mood is Mood.SPEAKING, moment.now_s


def test_the_candidate_is_seen_to_be_listened_to(replay: Replay) -> None:
    for moment in replay.moments:
        if moment.shown.candidate_speaking:
            assert moment.shown.mood is Mood.LISTENING


def test_barge_in_is_silent_at_once(replay: Replay) -> None:
    speaking = hushed = False
    for moment in replay.moments:
        if isinstance(moment.event, on.SpeechStarted) and speaking:
            hushed = True
        if isinstance(moment.event, on.ResponseCreated):
            hushed = False
        if isinstance(moment.event, on.PlayoutReported):
            assert not (hushed and moment.audible), moment.now_s
        speaking = moment.shown.mood is Mood.SPEAKING


def test_words_on_the_screen_never_go_back(replay: Replay) -> None:
    seen: dict[str, int] = {}
    for moment in replay.moments:
        caption = moment.shown.caption
        assert caption.shown >= seen.get(caption.item_id, 0)
        assert caption.shown <= len(caption.text)
        seen[caption.item_id] = caption.shown
    assert any(seen.values())


def test_every_turn_has_its_place(trace: tuple[Entry, ...], replay: Replay) -> None:
    turns = replay.state.talk.turns
    assert len({turn.item_id for turn in turns}) == len(turns)
    transcripts = [
        each
        for each in trace
        if each.type == "conversation.item.input_audio_transcription.completed"
    ]
    understood = [turn for turn in turns if turn.who == "candidate" and turn.final]
    assert len(understood) == len(transcripts)
    if at_rest(trace):
        whole = [t for t in turns if t.who == "interviewer" and t.final and not t.cut]
        assert all(turn.shown == len(turn.text) for turn in whole)


def test_the_line_is_never_given_up(replay: Replay) -> None:
    assert {moment.shown.phase for moment in replay.moments[4:]} == {Phase.CONVERSING}


def test_it_can_be_stopped_at_any_moment(trace: tuple[Entry, ...]) -> None:
    for end in range(1, len(trace), 5):
        replay = Replay()
        replay.run(trace[:end], after_s=0.2)
        assert replay.stop(trace[end - 1].at_s + 0.3) is Phase.STOPPING
        assert replay.state.talk.turns == ()
