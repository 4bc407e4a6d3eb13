"""What no document tells about the service, and how one call answers it."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.demo.evidence import CREATED, STARTED, TRANSCRIBED, Evidence
from kiosk.demo.packets import lost, stretches
from kiosk.demo.trace import Entry
from kiosk.realtime.errors import label
from kiosk.realtime.protocol import PARSERS, UNUSED

NOT_SEEN = "not seen in this call"
NO_CALL = "not known: the call was not opened"
APPEND = "input_audio_buffer.append"
MODELS = ("gpt-live-transcribe", "gpt-realtime-whisper")
"""Transcription models that stream while somebody speaks."""
SILENT_S = 1.0
"""Shortest silence that tells anything."""
FLOWING_HZ = 10.0
"""So many packets a second are more than a keep-alive; a voice has 50."""
BARGE_IN_S = 3.0
"""What comes later has nothing to do with the interruption."""
BARGE_IN_SLACK_S = 0.5
"""The event may come after the service has silenced the voice."""
BARGE_IN_TYPES = re.compile(
    r"input_audio_buffer\.|output_audio_buffer\.|response\.(created|done)|.*\.truncated|error"
)
TEXT_TYPES = ("response.output_audio_transcript.delta", "response.audio_transcript.delta")
SOUND_TYPES = ("response.output_audio.delta", "response.audio.delta")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to find out."""

    asks: str
    how: str
    """How it is observed."""
    answer: Callable[[Evidence], str]


# --- the SDP answer ------------------------------------------------------------------------------


def _attribute(name: str) -> Callable[[Evidence], str]:
    def answer(seen: Evidence) -> str:
        if not seen.answer_sdp:
            return NO_CALL
        found = re.search(rf"^a={name}(?::(\d+))?\s*$", seen.answer_sdp, re.MULTILINE)
        return f"yes{f', {found[1]}' if found[1] else ''}" if found else "no"

    return answer


def _candidates(seen: Evidence) -> str:
    if not seen.answer_sdp:
        return NO_CALL
    found = re.findall(
        r"^a=candidate:\S+ \d+ (\w+) \d+ \S+ (\d+) typ (\w+)", seen.answer_sdp, re.MULTILINE
    )
    kinds = Counter(f"{kind} {transport.lower()}:{port}" for transport, port, kind in found)
    return ", ".join(f"{count} x {kind}" for kind, count in kinds.items()) or "none at all"


# --- the packets ---------------------------------------------------------------------------------


def _silence(seen: Evidence) -> str:
    """Judge the longest time in the call in which no voice came."""
    if seen.opened_s is None or seen.ended_s is None:
        return NO_CALL
    edges = [seen.opened_s, *(t for pair in stretches(seen.packets) for t in pair), seen.ended_s]
    began_s, ended_s = max(zip(edges[::2], edges[1::2], strict=True), key=lambda e: e[1] - e[0])
    length_s = ended_s - began_s
    if length_s < SILENT_S:
        return f"{NOT_SEEN}: it was never silent for {SILENT_S:g} s"
    count = sum(began_s <= packet.at_s < ended_s for packet in seen.packets)
    flows = count / length_s >= FLOWING_HZ
    return f"{'yes' if flows else 'no'}: {count} packets in {length_s:.1f} s without a voice"


def _fec(seen: Evidence) -> str:
    told = [packet.fec for packet in seen.packets if packet.audible and packet.fec is not None]
    if not told:
        return NOT_SEEN
    share = sum(told) / len(told)
    missing = f"; {lost(seen.packets)} of {len(seen.packets)} packets were lost"
    return f"{'yes' if share else 'no'}: in {share:.0%} of the packets with voice{missing}"


def _packet_length(seen: Evidence) -> str:
    lengths = Counter(packet.length_ms for packet in seen.packets)
    return ", ".join(f"{ms:g} ms ({n})" for ms, n in lengths.most_common(3)) or NOT_SEEN


def _voice_order(seen: Evidence) -> str:
    told_s = seen.first_s("output_audio_buffer.started")
    voice_s = seen.voice_s(0.0)
    if told_s is None or voice_s is None:
        return NOT_SEEN
    order = "after" if voice_s > told_s else "before"
    return f"the voice came {abs(voice_s - told_s) * 1000:.0f} ms {order} the event"


# --- the events ----------------------------------------------------------------------------------


def _incoming(seen: Evidence) -> list[Entry]:
    return [each for each in seen.entries if each.direction == "in"]


def _first_event(seen: Evidence) -> str:
    came = _incoming(seen)
    if not came:
        return NOT_SEEN
    return "yes" if came[0].type == "session.created" else f"no, {label(came[0].type)}"


def _buffer_events(seen: Evidence) -> str:
    counts = Counter(
        each.type.removeprefix("output_audio_buffer.")
        for each in _incoming(seen)
        if each.type.startswith("output_audio_buffer.")
    )
    told = ", ".join(f"{label(name)} {count} times" for name, count in counts.items())
    if told:
        return f"yes: {told}"
    return NOT_SEEN if seen.voice_s(0.0) is None else "no"


def _started_place(seen: Evidence) -> str:
    began_s = seen.first_s(CREATED)
    told_s = seen.first_s("output_audio_buffer.started")
    if began_s is None or told_s is None:
        return NOT_SEEN
    texts = [each.at_s for each in _incoming(seen) if each.type in TEXT_TYPES]
    done_s = seen.first_s("response.done", since_s=began_s)
    of_it = [at_s for at_s in texts if began_s <= at_s and (done_s is None or at_s <= done_s)]
    return f"after {sum(at_s < told_s for at_s in of_it)} of {len(of_it)} pieces of text"


def _stopped_place(seen: Evidence) -> str:
    for each in seen.all("output_audio_buffer.stopped"):
        open_responses = sum(e.at_s < each.at_s for e in seen.all(CREATED)) - sum(
            e.at_s < each.at_s for e in seen.all("response.done")
        )
        return "no, before it" if open_responses else "yes"
    return NOT_SEEN


def _sound_events(seen: Evidence) -> str:
    if not _incoming(seen):
        return NOT_SEEN
    return "yes" if any(each.type in SOUND_TYPES for each in _incoming(seen)) else "no"


def _transcript_place(seen: Evidence) -> str:
    found = next(seen.all(TRANSCRIBED), None)
    if found is None:
        return NOT_SEEN
    item_id = found.message.get("item_id")
    committed = (
        each.at_s
        for each in seen.all("input_audio_buffer.committed")
        if each.message.get("item_id") == item_id
    )
    created_s = seen.first_s(CREATED, since_s=next(committed, 0.0))
    if created_s is None or found.at_s < created_s:
        return "before the answer"
    done_s = seen.first_s("response.done", since_s=created_s)
    return "after the answer" if done_s is not None and done_s < found.at_s else "among the answer"


def _barge_in(seen: Evidence) -> str:
    for start in seen.all(STARTED):
        over = [
            ended_s
            for began_s, ended_s in stretches(seen.packets)
            if began_s <= start.at_s < ended_s + BARGE_IN_SLACK_S
        ]
        if not over:
            continue
        until_s = start.at_s + BARGE_IN_S
        window = [e for e in _incoming(seen) if start.at_s <= e.at_s < until_s]
        order = [(label(e.type), e.at_s) for e in window if BARGE_IN_TYPES.match(e.type)]
        steps = sorted([*order, ("the voice ends", over[0])], key=lambda step: step[1])
        return ", ".join(f"{name} {(at_s - start.at_s) * 1000:+.0f} ms" for name, at_s in steps)
    return NOT_SEEN


def _append(seen: Evidence) -> str:
    asked = next(seen.all(APPEND, "out"), None)
    if asked is None:
        return "not tried"
    refused = next(seen.all("error", since_s=asked.at_s), None)
    if refused is None:
        return "yes: no error came back"
    error = refused.message.get("error")
    code = label(error.get("code")) or label(error.get("type")) if isinstance(error, dict) else ""
    return f"no: refused ({code or 'no code'})"


def _strangers(seen: Evidence) -> str:
    kinds = sorted({label(each.type) for each in _incoming(seen)} - PARSERS.keys() - UNUSED)
    return f"yes: {', '.join(kinds)}" if kinds else "no"


def _model(name: str) -> Callable[[Evidence], str]:
    return lambda seen: seen.models.get(name, "not tried")


QUESTIONS: tuple[Question, ...] = (
    Question("Is a=ice-lite in the answer?", "SDP answer", _attribute("ice-lite")),
    Question(
        "Is a=end-of-candidates in the answer?", "SDP answer", _attribute("end-of-candidates")
    ),
    Question("Is a=max-message-size in the answer?", "SDP answer", _attribute("max-message-size")),
    Question("Which candidates are in the answer?", "SDP answer, no addresses", _candidates),
    Question(
        "Does RTP flow while the model is silent?", "packets in the longest silence", _silence
    ),
    Question("Does the Opus voice carry FEC?", "libopus' own test of each packet", _fec),
    Question("How long are its packets?", "libopus, each packet", _packet_length),
    Question("Is session.created the first event?", "first message", _first_event),
    Question("Do output_audio_buffer.* events come?", "messages by type", _buffer_events),
    Question("Where among the text does .started come?", "first response", _started_place),
    Question("Which is first, .started or the voice?", "message and first sound", _voice_order),
    Question("Does .stopped come after response.done?", "first .stopped", _stopped_place),
    Question("Is audio ever sent as events?", "messages by type", _sound_events),
    Question("When does the candidate's transcript come?", "first transcript", _transcript_place),
    Question("What is the order of events at a barge-in?", "first speech over a voice", _barge_in),
    Question("Does input_audio_buffer.append work?", "20 ms of silence, its error", _append),
    *(
        Question(f"Is {name} accepted in a conversation?", "a token minted for it", _model(name))
        for name in MODELS
    ),
    Question("Do types of events come that the booth does not know?", "messages", _strangers),
)
"""Everything a call is asked; none of the answers repeats a word, an address or an id."""


def answers(seen: Evidence) -> Mapping[Question, str]:
    """Return each question with its answer, in order."""
    return {question: question.answer(seen) for question in QUESTIONS}
