"""Whatever the line does, each second of what was said is in the call that goes on, once."""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Hearing, Phase
from tests.core.world import World

NEVER_S = 1e6
PATIENT = Rules(
    answer_s=NEVER_S,
    silence_prompt_s=NEVER_S,
    limit_s=NEVER_S,
    line_patience_s=NEVER_S,
    put_back_s=NEVER_S,
    noticed_s=NEVER_S,
    turn_limit_s=NEVER_S,
)
"""Nothing is asked again because time has passed: no second of speech may need that."""
ENDS = ("speak", "quiet", "dark", "well", "open", "break", "tell", "half", "find", "end")


@dataclass
class Heard:
    """What one call has heard, by the second at which it was said."""

    seconds: Counter[float] = field(default_factory=Counter)
    told: set[float] = field(default_factory=set)
    """What of it came over the channel, which loses nothing."""


class Booth:
    """A candidate, a line, and the part of the booth that puts speech back, as it promises to."""

    def __init__(self) -> None:
        self.world = World(rules=PATIENT)
        self.said: list[float] = []
        self.known: Counter[float] = Counter()
        """What the interview has in words, by whichever way."""
        self.call = Heard()
        self.since_s: float | None = None
        self.turns = 0
        self.turn = ""
        self.world.put_back = None
        self.world.converse()
        self.world.wait(PATIENT.protect_s)
        self.world.line = "silent"
        self.world.on_step = self.look

    def look(self, _: World, __: on.Event, effects: tuple[do.Effect, ...]) -> None:
        for effect in effects:
            if isinstance(effect, do.TakeLine):
                self.call, self.turn, self.since_s = Heard(), "", None
            elif isinstance(effect, do.PutBackSpeech):
                self.since_s = effect.since_s

    @property
    def hears(self) -> bool:
        """The line does, as it is."""
        return self.world.phase() is Phase.CONVERSING and self.world.state.hears == "well"

    def missing(self) -> list[float]:
        """What is to be put back and was not told to this call, or to everybody."""
        assert self.since_s is not None
        told = self.call.told | set(self.known)
        return [second for second in self.said if second >= self.since_s and second not in told]

    def notice(self) -> None:
        """Let the service tell of speech where it heard some."""
        if self.hears and not self.turn and self.call.seconds.keys() - self.known.keys():
            self.turns += 1
            self.turn = f"said_{self.turns}"
            self.world.tell(on.SpeechStarted(self.turn))

    def speak(self) -> None:
        self.said.append(self.world.now)
        if self.hears and self.world.state.hearing:
            self.call.seconds[self.world.now] += 1
        self.quiet()

    def quiet(self) -> None:
        self.world.wait(1.0)
        self.notice()

    def dark(self) -> None:
        self.watched("dark")

    def well(self) -> None:
        self.watched("well")
        self.notice()

    def watched(self, hearing: Hearing) -> None:
        line = self.world.state.line
        if line and self.world.state.hears != hearing:
            self.world.tell(on.LineWatched(line, hearing, self.world.now))

    def open(self) -> None:
        self.world.tell(on.LineOpened(self.world.state.dialled))

    def break_(self) -> None:
        self.since_s = None if self.world.state.line else self.since_s
        self.world.tell(on.LineFailed(self.world.state.line, Fault.LINE_LOST))

    def tell(self) -> None:
        """Tell all of it as sound, also into the dark."""
        if self.since_s is None:
            return
        self.append(self.missing())
        self.done(on.SpeechPutBack(self.world.state.line, "sound"))

    def half(self) -> None:
        """Tell some of it, as a line does that goes dark."""
        if self.since_s is not None:
            missing = self.missing()
            self.append(missing[: len(missing) // 2])

    def append(self, seconds: list[float]) -> None:
        self.call.seconds.update(seconds)
        self.call.told |= set(seconds)

    def find(self) -> None:
        """Tell all of it as words, also into the dark."""
        if self.since_s is None:
            return
        missing = self.missing()
        self.known.update(missing)
        text = "words" if missing else ""
        self.done(on.SpeechPutBack(self.world.state.line, "text" if text else "nothing", text))

    def done(self, event: on.SpeechPutBack) -> None:
        self.since_s = None
        self.world.tell(event)
        self.notice()

    def end(self) -> None:
        """Let the candidate's turn be over, and its words be known."""
        if self.turn and self.since_s is None and self.hears:
            self.world.tell(on.TurnCommitted(self.turn))
            self.world.tell(on.CandidateTextFinished(self.turn, "words"))
            self.known.update(self.call.seconds)
            self.call.seconds.clear()
            self.turn = ""

    def do(self, step: str) -> None:
        getattr(self, "break_" if step == "break" else step)()

    def settle(self) -> None:
        """Let whichever call there is go on."""
        while not self.hears:
            self.world.wait(1.0)
            self.well()
            self.open()
        if self.since_s is not None:
            self.tell()


@settings(max_examples=150)
@given(st.lists(st.sampled_from(ENDS), max_size=40))
@example(["dark", "speak", "well", "tell", "dark", "open", "tell"])
@example(["dark", "speak", "well", "dark", "tell", "speak", "well", "tell"])
@example(["dark", "speak", "well", "dark", "find", "open"])
@example(["speak", "dark", "speak", "well", "half", "dark", "open", "dark", "well"])
def test_each_second_of_speech_is_in_the_call_that_goes_on_once(steps: list[str]) -> None:
    booth = Booth()
    for step in steps:
        booth.do(step)
    booth.settle()
    assert booth.world.phase() is Phase.CONVERSING
    heard = booth.call.seconds + booth.known
    assert heard == Counter(booth.said)


@settings(max_examples=150)
@given(st.lists(st.sampled_from(ENDS), max_size=40))
def test_each_word_that_was_found_is_in_the_interview_once(steps: list[str]) -> None:
    booth = Booth()
    found = 0
    for step in steps:
        before = len(booth.known)
        booth.do(step)
        found += step in ("find", "end") and len(booth.known) > before
    said = [turn for turn in booth.world.talk.turns if turn.who == "candidate" and turn.heard]
    assert len(said) == found
