"""A world around the core that is just big enough: a clock, a line, a service and a loudspeaker."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.machine import begin, next_deadline, step
from kiosk.core.plan import ENDINGS, Plan
from kiosk.core.rhythm import Rhythm
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Caption, Mood, Phase, Snapshot
from kiosk.core.state import State
from kiosk.core.talk import Talk
from kiosk.core.turns import Turn
from kiosk.core.view import view
from kiosk.realtime.protocol import Reader

REPORT_S = 0.05
"""How often the loudspeaker reports."""

PLAN = Plan(
    questions=("What did you plan?", "What fell apart?", "What came of it?"),
    follow_ups=(1, 0, 2),
    greeting="greet",
    silence_prompt="prompt",
    last_question="last question",
    resume="resume",
    resume_answered="go on",
    after_deaf="go on, not heard",
    after_mute="say it again",
    heard_only="heard only: ",
    too_long="be short",
    long_turn="take the word",
    places=("at 1", "at 2", "at 3"),
    closings={ending: f"goodbye: {ending}" for ending in ENDINGS},
)

QUESTION = "Thank you. What fell apart on that day, and what did you do?"

SYLLABLE_MS = 250
"""As long are all of the loudspeaker's."""

ANSWERS = frozenset({Fault.RATE_LIMITED, Fault.SERVICE_DOWN})
"""What this world's service says itself."""

Line = Literal["opens", "fails", "silent"]
"""What becomes of a call: it opens, it fails, or nothing is heard of it."""


WORDED = ("en", "de", "fr", "ar")
"""Languages with words on the screen."""


def plans(*languages: str) -> dict[str, Plan]:
    languages = languages or ("en",)
    first = next((tag for tag in languages if tag in WORDED), "en")
    return {tag: replace(PLAN, words=tag if tag in WORDED else first) for tag in languages}


def playout(played_ms: int, queued_ms: int, *, audible: bool) -> on.PlayoutReported:
    """A report of a voice without gaps, that pauses where it is not audible."""
    rhythm = Rhythm(played_ms, played_ms // SYLLABLE_MS, pausing=not audible)
    return on.PlayoutReported(played_ms, queued_ms, audible, rhythm)


class World:
    """Tells the core what happens and answers what it asks for."""

    def __init__(
        self,
        *,
        languages: tuple[str, ...] = ("en",),
        rules: Rules | None = None,
        standin: bool = False,
    ) -> None:
        self.rules = rules or Rules()
        plan = {tag: replace(each, standin=standin) for tag, each in plans(*languages).items()}
        self.state: State = begin(self.rules, plan)
        self.now = 1000.0
        self.line: Line = "opens"
        self.wipes = True
        self.put_back: Literal["sound", "text", "nothing", "lost"] | None = "nothing"
        """What becomes of speech that is put back; None is for ever on its way."""
        self.recognised = ""
        self.line_fault = Fault.UNREACHABLE
        self.effects: list[do.Effect] = []
        """All that was asked for, in order."""
        self.played_ms = 0
        self.on_step: Callable[[World, on.Event, tuple[do.Effect, ...]], None] = (
            lambda _world, _event, _effects: None
        )
        """Is called after each step with its event and effects."""
        self._reader = Reader()

    # --- what happens -----------------------------------------------------------------------------

    def tell(self, *events: on.Event) -> tuple[do.Effect, ...]:
        """Tell events at this moment; returns what the last one asked for."""
        effects: tuple[do.Effect, ...] = ()
        for event in events:
            self.state, effects = step(self.state, event, self.now)
            self.effects += effects
            self.on_step(self, event, effects)
            for effect in effects:
                self._answer(effect)
        return effects

    def _answer(self, effect: do.Effect) -> None:
        if isinstance(effect, do.OpenLine) and self.line == "opens":
            self.tell(on.LineOpened(effect.call))
        elif isinstance(effect, do.OpenLine) and self.line == "fails":
            answered = self.line_fault in ANSWERS
            self.tell(on.LineFailed(effect.call, self.line_fault, answered=answered))
        elif isinstance(effect, do.PutBackSpeech) and self.put_back is not None:
            self.tell(on.SpeechPutBack(self.state.line, self.put_back, self.recognised))
        elif isinstance(effect, do.Wipe) and self.wipes:
            self.tell(on.Wiped())

    def say(self, kind: str, **fields: Any) -> tuple[do.Effect, ...]:
        """Let the service send one message."""
        event = self._reader.parse(json.dumps({"type": kind, "event_id": "event_1", **fields}))
        assert event is not None, f"the booth has no use for {kind}"
        return self.tell(event)

    def wait(self, seconds: float) -> None:
        """Let time pass, and each deadline come at its moment."""
        until = self.now + seconds
        while (at := next_deadline(self.state)) is not None and at <= until:
            self.now = max(self.now, at)
            self.tell(on.TimePassed())
        self.now = until

    def wait_for(self, phase: Phase, within_s: float = 3600.0) -> float:
        """Let deadlines alone bring the booth to a phase; returns the seconds it took."""
        began = self.now
        while self.phase() is not phase:
            at = next_deadline(self.state)
            assert at is not None, f"nothing will ever end {self.phase().value}"
            assert at - began <= within_s, f"still {self.phase().value} after {within_s} s"
            self.now = max(self.now, at)
            self.tell(on.TimePassed())
        return self.now - began

    def press(self) -> None:
        self.tell(on.ButtonChanged(down=True))
        self.wait(0.1)
        self.tell(on.ButtonChanged(down=False))
        self.wait(0.1)

    def hold(self) -> None:
        self.tell(on.ButtonChanged(down=True))
        self.wait(self.rules.hold_s)
        self.tell(on.ButtonChanged(down=False))
        self.wait(0.1)

    # --- the loudspeaker --------------------------------------------------------------------------

    def report(self, *, audible: bool = False, queued_ms: int = 0) -> None:
        self.tell(playout(self.played_ms, queued_ms, audible=audible))

    def play(self, seconds: float, *, queued_ms: int = 60) -> None:
        """Let voice be heard."""
        for _ in range(round(seconds / REPORT_S)):
            self.wait(REPORT_S)
            self.played_ms += round(REPORT_S * 1000)
            self.report(audible=True, queued_ms=queued_ms)

    def silence(self, seconds: float) -> None:
        """Let the loudspeaker be silent with nothing queued."""
        for _ in range(round(seconds / REPORT_S)):
            self.wait(REPORT_S)
            self.report()

    # --- a usual interview, up to somewhere -------------------------------------------------------

    def boot(self) -> "World":
        self.tell(on.Booted())
        return self

    def call(self) -> "World":
        """A booth in a call whose greeting was asked for and not begun."""
        self.boot()
        self.press()
        return self

    def converse(self) -> "World":
        """A booth that has greeted, and waits for the candidate."""
        self.call()
        self.answer("r1", "item_1", "Hello. I am an AI. What did you plan?")
        self.silence(0.1)
        return self

    def answer(self, response: str, item: str, text: str, *, seconds: float = 2.0) -> None:
        """One whole response in the usual order, heard to its end."""
        self.created(response)
        self.text(response, item, text)
        self.started(response)
        self.play(seconds / 2)
        self.done(response, item)
        self.play(seconds / 2)
        self.stopped(response)
        self.report()

    def speak(self, item: str, text: str = "") -> None:
        """One turn of the candidate in the usual order."""
        self.say("input_audio_buffer.speech_started", item_id=item)
        self.wait(2.0)
        self.say("input_audio_buffer.speech_stopped", item_id=item)
        self.say("input_audio_buffer.committed", item_id=item)
        if text:
            self.transcript(item, text)

    def chat(self, seconds: float) -> None:
        """Let the candidate speak now and then for so long, each time answered."""
        until = self.now + seconds
        while self.now + 14 < until:
            turn = round(self.now)
            self.speak(f"said_{turn}")
            self.answer(f"r_{turn}", f"item_{turn}", "I see.")
            self.wait(9)
        self.wait(until - self.now)

    def created(self, response: str) -> None:
        self.say("response.created", response={"id": response})

    def text(self, response: str, item: str, text: str, *, final: bool = True) -> None:
        kind = "response.output_audio_transcript"
        where = {"response_id": response, "item_id": item}
        for word in text.split(" "):
            self.say(f"{kind}.delta", **where, delta=word if text.startswith(word) else f" {word}")
        if final:
            self.say(f"{kind}.done", **where, transcript=text)

    def transcript(self, item: str, text: str) -> None:
        kind = "conversation.item.input_audio_transcription.completed"
        self.say(kind, item_id=item, transcript=text)

    def started(self, response: str) -> None:
        self.say("output_audio_buffer.started", response_id=response)

    def stopped(self, response: str) -> None:
        self.say("output_audio_buffer.stopped", response_id=response)

    def done(
        self, response: str, *items: str, status: str = "completed", tools: tuple[Any, ...] = ()
    ) -> tuple[do.Effect, ...]:
        """`tools` are (call id, name, arguments) or `response.done` items."""
        spoken = [{"type": "message", "role": "assistant", "id": item} for item in items]
        called = [
            {
                "type": "function_call",
                "status": "completed",
                "call_id": call_id,
                "name": name,
                "arguments": json.dumps(arguments),
            }
            for call_id, name, arguments in tools
        ]
        body = {"id": response, "status": status, "output": [*spoken, *called]}
        return self.say("response.done", response=body)

    # --- what became of it ------------------------------------------------------------------------

    def phase(self) -> Phase:
        return self.state.phase

    @property
    def talk(self) -> Talk:
        return self.state.talk

    @property
    def shown(self) -> Snapshot:
        return view(self.state)

    def mood(self) -> Mood:
        return self.shown.mood

    @property
    def caption(self) -> Caption:
        return self.shown.caption

    def turn(self, item_id: str) -> Turn:
        (turn,) = (turn for turn in self.talk.turns if turn.item_id == item_id)
        return turn

    @property
    def said(self) -> list[do.ServiceCommand]:
        """Every command sent to the service."""
        return [effect.command for effect in self.effects if isinstance(effect, do.Say)]

    @property
    def asked(self) -> list[str]:
        """The instructions of every response that was asked for."""
        return [c.instructions for c in self.said if isinstance(c, do.CreateResponse)]

    def count(self, kind: type[do.Effect]) -> int:
        return sum(isinstance(effect, kind) for effect in self.effects)


def _broken() -> World:
    world = World()
    world.tell(on.FaultRaised(Fault.MIC_MISSING))
    return world.boot()


def _reserved() -> World:
    world = World()
    world.tell(on.MaintenanceBegun())
    return world.boot()


def _consenting() -> World:
    world = World(languages=("en", "de")).call()
    world.wait(world.rules.choice_s)
    return world


def _connecting() -> World:
    world = World()
    world.line = "silent"
    return world.call()


def _reconnecting() -> World:
    world = World().converse()
    world.line = "silent"
    world.tell(on.LineFailed(world.state.call, Fault.LINE_LOST))
    return world


def _wrapping_up() -> World:
    world = World().converse()
    world.created("r2")
    world.done("r2", tools=(("call_1", "end_interview", {}),))
    return world


def _farewell() -> World:
    world = World().converse()
    world.hold()
    return world


def _wiping() -> World:
    world = _farewell()
    world.wipes = False
    world.press()
    return world


def _stopping() -> World:
    world = World().converse()
    world.tell(on.StopAsked())
    return world


_SCENES: dict[Phase, Callable[[], World]] = {
    Phase.BOOTING: World,
    Phase.OUT_OF_SERVICE: _broken,
    Phase.IDLE: lambda: World().boot(),
    Phase.MAINTENANCE: _reserved,
    Phase.CHOOSING: lambda: World(languages=("en", "de")).call(),
    Phase.CONSENTING: _consenting,
    Phase.CONNECTING: _connecting,
    Phase.CONVERSING: lambda: World().converse(),
    Phase.RECONNECTING: _reconnecting,
    Phase.WRAPPING_UP: _wrapping_up,
    Phase.FAREWELL: _farewell,
    Phase.WIPING: _wiping,
    Phase.STOPPING: _stopping,
}


def in_phase(phase: Phase) -> World:
    """A booth that came to this phase as booths do."""
    world = _SCENES[phase]()
    assert world.phase() is phase
    return world


def asked() -> World:
    """A call in which the candidate's turn is over."""
    world = World().converse()
    world.speak("item_2")
    return world


def speaking() -> World:
    """A call in which the interviewer is in mid-question."""
    world = asked()
    world.created("r2")
    world.text("r2", "item_3", QUESTION)
    world.started("r2")
    world.play(1)
    return world


def texts(world: World) -> list[tuple[str, str]]:
    """Who was heard to say what, in order."""
    return [(turn.who, turn.heard) for turn in world.talk.turns if turn.heard]
