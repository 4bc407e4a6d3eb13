import re
from dataclasses import replace
from typing import Any

import pytest

from kiosk.core.faults import Fault
from kiosk.demo.candidate import Passage
from kiosk.demo.cloud import told
from kiosk.demo.evidence import Evidence
from kiosk.demo.packets import Heard, lost, stretches
from kiosk.demo.questions import QUESTIONS, answers
from kiosk.demo.trace import Direction, Entry
from kiosk.demo.verdict import best_exchange, steps, verdict

SDP = """v=0
a=ice-lite
a=candidate:1 1 udp 2130706431 192.0.2.1 3478 typ host
a=candidate:2 1 tcp 1671430143 192.0.2.1 443 typ host tcptype passive
a=max-message-size:65536
"""
VOICE, NOISE = -20.0, -90.0


def voice(began_s: float, ended_s: float, level: float = VOICE) -> list[Heard]:
    count = round((ended_s - began_s) / 0.02)
    return [
        Heard(began_s + n * 0.02, round(began_s * 50) + n, 20.0, level, level == VOICE)
        for n in range(count)
    ]


def numbered(packets: list[Heard]) -> list[Heard]:
    return [replace(each, sequence=number) for number, each in enumerate(packets)]


def message(at_s: float, kind: str, direction: Direction = "in", **fields: Any) -> Entry:
    return Entry(at_s, direction, {"type": kind, **fields})


def said(start_s: float, end_s: float, *, whole: bool = True) -> Passage:
    return Passage("answer", "a", "", start_s, end_s, start_s + 0.1, whole=whole)


BUFFER = "output_audio_buffer"
SPEECH = "input_audio_buffer"
TRANSCRIPT = "conversation.item.input_audio_transcription.completed"


@pytest.fixture
def seen() -> Evidence:
    """A call in which everything works: greeting, one answer, the reply."""
    return Evidence(
        began_s=100.0,
        opened_s=101.0,
        ended_s=130.0,
        loudspeaker_s=102.2,
        timings={"token": 300.0, "offer": 5.0, "sdp": 400.0, "channel_open": 200.0},
        answer_sdp=SDP,
        entries=[
            message(101.0, "response.create", "out"),
            message(101.1, "session.created"),
            message(101.2, "response.created"),
            message(101.5, "response.output_audio_transcript.delta"),
            message(101.9, f"{BUFFER}.started"),
            message(102.3, "response.output_audio_transcript.delta"),
            message(103.0, "response.done"),
            message(106.1, f"{BUFFER}.stopped"),
            message(108.3, f"{SPEECH}.speech_started", item_id="i"),
            message(113.0, f"{SPEECH}.speech_stopped", item_id="i"),
            message(113.0, f"{SPEECH}.committed", item_id="i"),
            message(113.1, "response.created"),
            message(113.8, TRANSCRIPT, item_id="i", transcript="words"),
            message(115.0, "response.done"),
        ],
        packets=numbered([*voice(102, 106), *voice(114, 118)]),
        passages=(said(108.0, 112.0),),
    )


def answer(seen: Evidence, asks: str) -> str:
    found = [text for question, text in answers(seen).items() if asks in question.asks]
    assert len(found) == 1
    return found[0]


def test_every_question_has_an_answer_even_where_nothing_was_seen() -> None:
    for question, text in answers(Evidence(0.0)).items():
        assert question.how
        assert re.match(r"not (seen|known|tried)|no$", text), (question.asks, text)


def test_no_answer_tells_an_address(seen: Evidence) -> None:
    assert "192.0.2" not in " ".join(answers(seen).values())
    assert len(answers(seen)) == len(QUESTIONS)


@pytest.mark.parametrize(
    ("asks", "expected"),
    [
        ("ice-lite", "yes"),
        ("end-of-candidates", "no"),
        ("max-message-size", "yes, 65536"),
        ("Which candidates", "1 x host udp:3478, 1 x host tcp:443"),
        ("RTP flow", "no: 0 packets in 12.0 s without a voice"),
        ("FEC", "yes: in 100% of the packets with voice; 0 of 400 packets were lost"),
        ("How long", "20 ms (400)"),
        ("first event", "yes"),
        ("output_audio_buffer", "yes: started 1 times, stopped 1 times"),
        ("Where among", "after 1 of 2 pieces of text"),
        ("Which is first", "the voice came 100 ms after the event"),
        (".stopped come", "yes"),
        ("sent as events", "no"),
        ("candidate's transcript", "among the answer"),
        ("barge-in", "not seen in this call"),
        ("append", "not tried"),
        ("gpt-live-transcribe", "not tried"),
        ("does not know", "no"),
    ],
)
def test_a_good_call_answers(seen: Evidence, asks: str, expected: str) -> None:
    assert answer(seen, asks) == expected


def test_silence_that_is_sent_is_told_from_silence(seen: Evidence) -> None:
    seen.packets[200:200] = voice(106, 114, NOISE)
    assert answer(seen, "RTP flow").startswith("no: 0 packets in 12.0 s")
    seen.packets += voice(118, 130, NOISE)
    assert answer(seen, "RTP flow") == "yes: 600 packets in 12.0 s without a voice"


def test_a_service_without_buffer_events_says_no(seen: Evidence) -> None:
    seen.entries = [each for each in seen.entries if not each.type.startswith(BUFFER)]
    assert answer(seen, "Do output_audio_buffer") == "no"
    assert answer(seen, ".stopped come") == "not seen in this call"


@pytest.mark.parametrize(
    ("at_s", "expected"), [(113.05, "before the answer"), (119.0, "after the answer")]
)
def test_the_place_of_the_transcript(seen: Evidence, at_s: float, expected: str) -> None:
    seen.entries = [
        replace(each, at_s=at_s) if each.type == TRANSCRIPT else each for each in seen.entries
    ]
    assert answer(seen, "candidate's transcript") == expected


def test_the_order_of_a_barge_in(seen: Evidence) -> None:
    seen.entries += [
        message(105.0, f"{SPEECH}.speech_started"),
        message(105.05, f"{BUFFER}.cleared"),
        message(105.07, "conversation.item.truncated"),
        message(105.08, "rate_limits.updated"),
    ]
    seen.packets = voice(102, 105.06)
    assert answer(seen, "barge-in") == (
        "input_audio_buffer.speech_started +0 ms, output_audio_buffer.cleared +50 ms, "
        "the voice ends +60 ms, conversation.item.truncated +70 ms, "
        "output_audio_buffer.stopped +1100 ms"
    )


def test_what_became_of_appended_audio(seen: Evidence) -> None:
    seen.entries.append(message(128.0, "input_audio_buffer.append", "out"))
    assert answer(seen, "append") == "yes: no error came back"
    seen.entries.append(message(128.1, "error", error={"type": "invalid_request_error"}))
    assert answer(seen, "append") == "no: refused (invalid_request_error)"


def test_strangers_are_named(seen: Evidence) -> None:
    seen.entries.append(message(120.0, "response.from.the.future"))
    assert answer(seen, "does not know") == "yes: response.from.the.future"


def test_the_steps_of_a_good_call(seen: Evidence) -> None:
    found = {name: None if ms is None else round(ms) for name, ms in steps(seen)}
    assert found == {
        "token": 300,
        "offer made": 5,
        "SDP answered": 400,
        "channel open": 200,
        "channel open -> session.created": 100,
        "response.create -> response.created": 200,
        "response.create -> RTP packet": 1000,
        "response.create -> audible voice": 1000,
        "button -> voice at the loudspeaker": 2200,
        "speech begins -> speech_started": 200,
        "speech ends -> speech_stopped": 1000,
        "speech ends -> transcript": 1800,
        "speech ends -> response.created": 1100,
        "speech ends -> audible answer": 2000,
    }


def test_a_good_call_worked(seen: Evidence) -> None:
    assert verdict(seen).worked
    seen.why = "The call was lost."
    assert verdict(seen).worked


def without(seen: Evidence, *kinds: str) -> None:
    seen.entries = [each for each in seen.entries if each.type not in kinds]


def test_a_booth_without_subtitles_needs_no_transcript(seen: Evidence) -> None:
    without(seen, TRANSCRIPT)
    assert verdict(seen).sentence == "The candidate's words were not transcribed."
    seen.wants_transcripts = False
    assert verdict(seen).worked


def test_the_first_thing_that_is_missing_is_told(seen: Evidence) -> None:
    seen.entries = seen.entries[:-3]
    assert "did not begin to answer" in verdict(seen).sentence or "transcribed" in (
        verdict(seen).sentence
    )
    without(seen, f"{SPEECH}.speech_stopped")
    assert "was done" in verdict(seen).sentence
    without(seen, f"{SPEECH}.speech_started")
    assert "did not notice that the candidate spoke" in verdict(seen).sentence
    seen.passages = (said(108.0, 112.0, whole=False),)
    assert "--seconds" in verdict(seen).sentence
    seen.packets = voice(102, 104, NOISE)
    assert "no voice came" in verdict(seen).sentence
    without(seen, "response.created")
    assert "began no response" in verdict(seen).sentence
    seen.opened_s = None
    assert "did not open" in verdict(seen).sentence
    seen.why = told(Fault.VOICE_BLOCKED, "No connection came about.")
    assert verdict(seen).sentence.startswith("No connection came about. [NET2] ")


def test_a_later_turn_may_be_the_one_that_works(seen: Evidence) -> None:
    early = said(103.0, 104.0)
    seen.passages = (*seen.passages, early)
    best = best_exchange(seen)
    assert best is not None
    assert best.ended_s == 112.0


def test_stretches_bridge_the_gaps_between_words() -> None:
    packets = [*voice(1, 2), *voice(2, 2.4, NOISE), *voice(2.4, 3), *voice(4, 5)]
    assert [(round(b, 2), round(e, 2)) for b, e in stretches(packets)] == [(1, 3), (4, 5)]


def test_lost_packets_are_counted_over_the_end_of_the_numbers() -> None:
    numbers = [65534, 65535, 1, 2, 2, 4]
    packets = [Heard(n / 50, number, 20, VOICE, None) for n, number in enumerate(numbers)]
    assert lost(packets) == 2
