"""Replays a trace through protocol and core, with a loudspeaker that plays what the trace heard."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.machine import begin, next_deadline, step
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.core.state import State
from kiosk.core.view import view
from kiosk.demo.trace import NOT_READABLE, Entry
from kiosk.realtime.protocol import Reader
from tests.core.world import PLAN, playout

TICK_MS = 50
BUFFER_MS = 100


@dataclass(slots=True)
class Loudspeaker:
    """Plays what came over the wire, a little later; drops what it is told to."""

    played_ms: int = 0
    queued_ms: int = 0
    audible: bool = False
    passes: bool = False
    coming: bool = False
    """Voice is coming in."""

    def tick(self) -> on.PlayoutReported:
        if self.coming and self.passes:
            self.queued_ms += TICK_MS
        self.audible = self.queued_ms > (BUFFER_MS if self.coming else 0)
        if self.audible:
            self.queued_ms -= TICK_MS
            self.played_ms += TICK_MS
        return playout(self.played_ms, self.queued_ms, audible=self.audible)

    def obey(self, effect: do.Effect) -> None:
        if isinstance(effect, do.FlushVoice):
            self.passes, self.queued_ms = False, 0
        elif isinstance(effect, do.PassVoice):
            self.passes = True


@dataclass(frozen=True, slots=True)
class Moment:
    """The booth after one event."""

    now_s: float
    event: on.Event
    shown: Snapshot
    audible: bool
    effects: tuple[do.Effect, ...]


@dataclass(slots=True)
class Replay:
    """One booth in one call."""

    state: State = field(default_factory=lambda: begin(Rules(), {"en": PLAN}))
    speaker: Loudspeaker = field(default_factory=Loudspeaker)
    reader: Reader = field(default_factory=Reader)
    moments: list[Moment] = field(default_factory=list)

    def run(self, entries: Sequence[Entry], after_s: float = 2.0) -> None:
        """Tell everything in the order of the trace, then listen on for `after_s`."""
        ordered = sorted(entries, key=lambda each: each.at_s)
        for event in (on.Booted(), on.ButtonChanged(True), on.ButtonChanged(False)):
            self.tell(event, 0.0)
        self.tell(on.LineOpened(self.state.call), ordered[0].at_s)
        end_s = ordered[-1].at_s + after_s
        waiting = [each for each in ordered if each.direction != "out"]
        for tick_s in _ticks(ordered[0].at_s, end_s):
            while waiting and waiting[0].at_s <= tick_s:
                self.take(waiting.pop(0))
            self.tell(self.speaker.tick(), tick_s)

    def take(self, each: Entry) -> None:
        if each.direction == "sound":
            self.speaker.coming = {"voice.began": True, "voice.ended": False}.get(
                each.type, self.speaker.coming
            )
        elif each.type != NOT_READABLE:
            event = self.reader.parse(json.dumps(dict(each.message)))
            if event is not None:
                self.tell(event, each.at_s)

    def tell(self, event: on.Event, now_s: float) -> None:
        while (due_s := next_deadline(self.state)) is not None and due_s <= now_s:
            self._step(on.TimePassed(), due_s)
        self._step(event, now_s)

    def stop(self, now_s: float) -> Phase:
        """Press nothing more: the booth is asked to stop."""
        self.tell(on.StopAsked(), now_s)
        self.tell(on.Wiped(), now_s)
        return self.state.phase

    def _step(self, event: on.Event, now_s: float) -> None:
        self.state, effects = step(self.state, event, now_s)
        for effect in effects:
            self.speaker.obey(effect)
        shown = view(self.state)
        self.moments.append(Moment(now_s, event, shown, self.speaker.audible, effects))


def _ticks(from_s: float, to_s: float) -> Iterator[float]:
    count = int((to_s - from_s) * 1000 / TICK_MS)
    return (from_s + n * TICK_MS / 1000 for n in range(1, count + 1))


def at_rest(entries: Sequence[Entry]) -> bool:
    """Whether the trace ends in the candidate's turn: nothing is being made, said or answered."""
    last = {each.type: each.at_s for each in sorted(entries, key=lambda each: each.at_s)}

    def over(begin: str, *ends: str) -> bool:
        return begin not in last or any(last.get(end, -1.0) >= last[begin] for end in ends)

    return (
        over("response.created", "response.done")
        and over("voice.began", "voice.ended")
        and over("output_audio_buffer.started", "output_audio_buffer.stopped", "voice.ended")
        and over("input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped")
        and over("input_audio_buffer.committed", "response.created")
    )
