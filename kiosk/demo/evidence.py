"""Everything that was seen of one call to a service: what figures and verdict are made from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kiosk.core.faults import Fault
from kiosk.demo.candidate import Passage
from kiosk.demo.packets import Heard, stretches
from kiosk.demo.trace import Direction, Entry
from kiosk.realtime.dialling import Step

STARTED = "input_audio_buffer.speech_started"
STOPPED = "input_audio_buffer.speech_stopped"
TRANSCRIBED = "conversation.item.input_audio_transcription.completed"
CREATED = "response.created"
CREATE = "response.create"
FOREVER_S = float("inf")


@dataclass(slots=True)
class Evidence:
    """Filled while the call goes on; all times are monotonic seconds, None for what never was."""

    began_s: float
    """When the button was pressed."""
    wants_transcripts: bool = True
    opened_s: float | None = None
    """When commands could be sent."""
    ended_s: float | None = None
    loudspeaker_s: float | None = None
    """When the interviewer was first heard in the booth."""
    timings: Mapping[Step, float] = field(default_factory=dict)
    """How long each step of opening the line took, in ms."""
    answer_sdp: str = ""
    entries: list[Entry] = field(default_factory=list)
    packets: list[Heard] = field(default_factory=list)
    passages: tuple[Passage, ...] = ()
    """What the candidate said and heard."""
    models: Mapping[str, str] = field(default_factory=dict)
    """What became of a token for each further transcription model; empty where none was asked."""
    fault: Fault | None = None
    why: str = ""
    """What went wrong, in one sentence."""

    def said(self) -> list[Passage]:
        """What the candidate said, in order."""
        mine = (passage for passage in self.passages if passage.kind != "heard")
        return sorted(mine, key=lambda passage: passage.start_s)

    def all(
        self,
        kind: str,
        direction: Direction = "in",
        since_s: float = 0.0,
        until_s: float = FOREVER_S,
    ) -> Iterator[Entry]:
        """Every message of that type, in order."""
        for each in self.entries:
            if each.direction == direction and each.type == kind and since_s <= each.at_s < until_s:
                yield each

    def first_s(
        self,
        kind: str,
        direction: Direction = "in",
        since_s: float = 0.0,
        until_s: float = FOREVER_S,
    ) -> float | None:
        """When the first message of that type went over the channel."""
        found = next(self.all(kind, direction, since_s, until_s), None)
        return None if found is None else found.at_s

    def voice_s(self, since_s: float, until_s: float = FOREVER_S) -> float | None:
        """When the first sound of a voice came."""
        packets = self.packets
        times = (p.at_s for p in packets if p.audible and since_s <= p.at_s < until_s)
        return next(times, None)

    def sounds(self) -> Iterator[Entry]:
        """What was heard, as entries for the trace."""
        if self.packets:
            yield _sound(self.packets[0].at_s, "rtp.first")
        for began_s, ended_s in stretches(self.packets):
            yield _sound(began_s, "voice.began")
            yield _sound(ended_s, "voice.ended")
        for passage in self.said():
            yield _sound(passage.voice_s, "candidate.began")
            yield _sound(passage.end_s, "candidate.ended")
        if self.opened_s is not None:
            yield _sound(self.opened_s, "line.opened")
        if self.ended_s is not None:
            yield _sound(self.ended_s, "line.closed")


def _sound(at_s: float, what: str) -> Entry:
    return Entry(at_s, "sound", {"type": what})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn of the candidate and what the service made of it; monotonic seconds."""

    began_s: float
    ended_s: float
    started_s: float | None
    stopped_s: float | None
    transcribed_s: float | None
    created_s: float | None
    """The first response after the turn was over."""
    voice_s: float | None
    """The first sound after that."""

    def whole(self, *, transcripts: bool) -> bool:
        """The candidate was heard, understood and answered."""
        understood = self.transcribed_s is not None or not transcripts
        return self.started_s is not None and understood and self.voice_s is not None


def exchanges(seen: Evidence) -> list[Exchange]:
    """Return every turn the candidate spoke to its end, in order."""
    said = seen.said()
    following = [*(passage.start_s for passage in said), FOREVER_S][1:]
    return [
        _exchange(seen, passage, until_s)
        for passage, until_s in zip(said, following, strict=True)
        if passage.whole
    ]


def _exchange(seen: Evidence, passage: Passage, until_s: float) -> Exchange:
    since_s = passage.start_s
    started_s = seen.first_s(STARTED, since_s=since_s, until_s=until_s)
    stops = [each.at_s for each in seen.all(STOPPED, since_s=since_s, until_s=until_s)]
    stopped_s = next(
        (at_s for at_s in stops if at_s >= passage.end_s), stops[-1] if stops else None
    )
    over_s = passage.end_s if stopped_s is None else stopped_s
    created_s = seen.first_s(CREATED, since_s=over_s, until_s=until_s)
    return Exchange(
        began_s=passage.voice_s,
        ended_s=passage.end_s,
        started_s=started_s,
        stopped_s=stopped_s,
        transcribed_s=_transcribed_s(seen, since_s, until_s),
        created_s=created_s,
        voice_s=None if created_s is None else seen.voice_s(created_s, until_s),
    )


def _transcribed_s(seen: Evidence, since_s: float, until_s: float) -> float | None:
    found = seen.all(TRANSCRIBED, since_s=since_s, until_s=until_s)
    return next((each.at_s for each in found if each.message.get("transcript")), None)
