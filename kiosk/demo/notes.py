"""What a demo writes down of one interview: its turns, and when things happened."""

from dataclasses import dataclass, field

from kiosk.audio.port import Clock
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.plan import Ending
from kiosk.core.snapshot import Phase
from kiosk.core.state import State
from kiosk.core.turns import Turn


@dataclass(frozen=True, slots=True)
class Moments:
    """Monotonic seconds of the first time each thing happened; None where it never did."""

    pressed_s: float | None = None
    opened_s: float | None = None
    requested_s: float | None = None
    heard_s: float | None = None

    def since_press_ms(self, at_s: float | None) -> float | None:
        """How long after the press, in ms."""
        if at_s is None or self.pressed_s is None:
            return None
        return round(1000 * (at_s - self.pressed_s), 1)


@dataclass(slots=True)
class Notes:
    """Watches one interview; `observe` and `take_clock` are called on the asyncio thread."""

    turns: tuple[Turn, ...] = ()
    """The conversation as it stood last, before it was wiped."""
    phases: list[tuple[float, Phase]] = field(default_factory=list)
    """Every phase and when it began."""
    barge_ins_s: list[float] = field(default_factory=list)
    """When the service reported speech over a voice that was being heard."""
    seen: dict[str, float] = field(default_factory=dict)
    """First time of each moment, by its name in `Moments`."""
    ending: Ending | None = None
    """Why the goodbye was said; None where there was none."""
    underruns: int = 0
    """Times the loudspeaker wanted voice in mid-speech and there was none."""
    _speaking: bool = False

    def observe(
        self, state: State, event: on.Event, effects: tuple[do.Effect, ...], now_s: float
    ) -> None:
        """Take one step of the core."""
        if not self.phases or self.phases[-1][1] is not state.phase:
            self.phases.append((now_s, state.phase))
        if state.talk.turns:
            self.turns = state.talk.turns
        self.ending = state.ending or self.ending
        if isinstance(event, on.ButtonChanged) and state.phase is Phase.CONNECTING:
            self.seen.setdefault("pressed_s", now_s)
        if isinstance(event, on.LineOpened):
            self.seen.setdefault("opened_s", now_s)
        if any(isinstance(e, do.Say) and isinstance(e.command, do.CreateResponse) for e in effects):
            self.seen.setdefault("requested_s", now_s)
        if isinstance(event, on.PlayoutReported) and event.audible:
            self.seen.setdefault("heard_s", now_s)
        if isinstance(event, on.SpeechStarted) and self._speaking:
            self.barge_ins_s.append(now_s)
        self._speaking = state.talk.speaking

    def take_clock(self, clock: Clock) -> None:
        """Take one report of the sound engine."""
        self.underruns = max(self.underruns, clock.underruns)

    @property
    def moments(self) -> Moments:
        """When the first things happened."""
        return Moments(**self.seen)

    @property
    def held(self) -> bool:
        """An interview was held to the goodbye after its last question."""
        return self.ending == "finished"

    @property
    def over(self) -> bool:
        """An interview was held, and the booth is ready for the next candidate."""
        reached = [phase for _, phase in self.phases]
        return Phase.CONNECTING in reached and reached[-1] is Phase.IDLE


def transcript(turns: tuple[Turn, ...], began_s: float) -> list[dict[str, object]]:
    """The turns with times in seconds since `began_s`; what nobody heard is left out."""
    return [
        {
            "who": turn.who,
            "text": turn.heard.strip(),
            "start_s": round(turn.began_s - began_s, 3),
            "end_s": round((turn.ended_s or turn.began_s) - began_s, 3),
            "cut": turn.cut,
        }
        for turn in sorted(turns, key=lambda turn: turn.began_s or 0.0)
        if turn.began_s is not None and turn.heard.strip()
    ]
