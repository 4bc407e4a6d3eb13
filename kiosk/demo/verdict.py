"""How long each step of a call took, and whether a booth can hold interviews over it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kiosk.demo.evidence import CREATE, CREATED, Evidence, Exchange, exchanges

Ms = float | None
"""Milliseconds; None for what did not happen."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the call."""

    worked: bool
    """The candidate was greeted, heard and answered at least once."""
    sentence: str


def steps(seen: Evidence) -> Iterator[tuple[str, Ms]]:
    """Yield each step in the order in which a call goes through them, and how long it took."""
    yield "token", seen.timings.get("token")
    yield "offer made", seen.timings.get("offer")
    yield "SDP answered", seen.timings.get("sdp")
    yield "channel open", seen.timings.get("channel_open")
    yield "channel open -> session.created", _ms(seen.opened_s, seen.first_s("session.created"))
    asked_s = seen.first_s(CREATE, "out")
    created_s = None if asked_s is None else seen.first_s(CREATED, since_s=asked_s)
    packets = (packet.at_s for packet in seen.packets if asked_s is not None)
    rtp_s = next((at_s for at_s in packets if asked_s is not None and at_s >= asked_s), None)
    voice_s = None if created_s is None else seen.voice_s(created_s)
    yield "response.create -> response.created", _ms(asked_s, created_s)
    yield "response.create -> RTP packet", _ms(asked_s, rtp_s)
    yield "response.create -> audible voice", _ms(asked_s, voice_s)
    yield "button -> voice at the loudspeaker", _ms(seen.began_s, seen.loudspeaker_s)
    best = best_exchange(seen)
    if best is not None:
        yield "speech begins -> speech_started", _ms(best.began_s, best.started_s)
        yield "speech ends -> speech_stopped", _ms(best.ended_s, best.stopped_s)
        yield "speech ends -> transcript", _ms(best.ended_s, best.transcribed_s)
        yield "speech ends -> response.created", _ms(best.ended_s, best.created_s)
        yield "speech ends -> audible answer", _ms(best.ended_s, best.voice_s)


def _ms(from_s: float | None, to_s: float | None) -> Ms:
    """Events of one moment may be seen in either order: no step is negative but for that."""
    return None if from_s is None or to_s is None else max(0.0, 1000 * (to_s - from_s))


def best_exchange(seen: Evidence) -> Exchange | None:
    """The first turn of the candidate that worked, else the first one."""
    found = exchanges(seen)
    whole = (each for each in found if each.whole(transcripts=seen.wants_transcripts))
    return next(whole, found[0] if found else None)


def verdict(seen: Evidence) -> Verdict:
    """Judge a call; the first thing that is missing is told."""
    best = best_exchange(seen)
    if best is not None and best.whole(transcripts=seen.wants_transcripts):
        return Verdict(
            worked=True,
            sentence="A whole turn worked: greeted, heard, understood and answered by voice.",
        )
    if seen.why:
        return Verdict(worked=False, sentence=seen.why)
    for holds, sentence in _NEEDED:
        if not holds(seen, best):
            return Verdict(worked=False, sentence=sentence)
    return Verdict(worked=False, sentence="The call ended before the answer could be heard.")


_NEEDED: tuple[tuple[Callable[[Evidence, Exchange | None], bool], str], ...] = (
    (lambda seen, _: seen.opened_s is not None, "The line did not open in time."),
    (
        lambda seen, _: seen.first_s(CREATED) is not None,
        "The service took the call, but began no response.",
    ),
    (
        lambda seen, _: seen.voice_s(0.0) is not None,
        "The service answered with events, but no voice came.",
    ),
    (
        lambda _, best: best is not None,
        "The call was too short for the candidate to speak; give it more --seconds.",
    ),
    (
        lambda _, best: best is not None and best.started_s is not None,
        "The service did not notice that the candidate spoke.",
    ),
    (
        lambda _, best: best is not None and best.stopped_s is not None,
        "The service did not notice in time that the candidate was done; give it more --seconds.",
    ),
    (
        lambda seen, best: (
            best is not None and (best.transcribed_s is not None or not seen.wants_transcripts)
        ),
        "The candidate's words were not transcribed.",
    ),
    (
        lambda _, best: best is not None and best.created_s is not None,
        "The service did not begin to answer the candidate; give it more --seconds.",
    ),
)
"""What a whole turn needs, in order, and what is said when it is the first to be missing."""
