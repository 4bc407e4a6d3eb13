"""Whatever the service says, in whatever order: the core never raises and always comes home."""

from dataclasses import dataclass, field

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.conversation import ALREADY_ANSWERING
from kiosk.core.faults import Fault
from kiosk.core.machine import begin
from kiosk.core.notices import Notice
from kiosk.core.rules import Rules
from kiosk.core.snapshot import CALL_PHASES, FREE_PHASES, Hearing, Mood, Phase
from kiosk.core.state import Deadline, Setup, State
from kiosk.core.talk import Talk
from kiosk.core.view import view
from kiosk.core.watch import TALKING
from tests.core.world import Line, World, plans, playout

ITEMS = st.sampled_from(["", "item_1", "item_2", "item_3"])
RESPONSES = st.sampled_from(["", "r1", "r2", "r3"])
WORDS = st.sampled_from(["", "Thank you", " very much.", " 你好", "x" * 40, " a b c d e f"])
TOOLS = st.lists(
    st.builds(
        on.ToolCall,
        st.just("call_1"),
        st.sampled_from(["next_question", "end_interview", "other"]),
        st.dictionaries(st.just("number"), st.integers(-1, 9)),
    ),
    max_size=2,
).map(tuple)
SERVICE = st.one_of(
    st.builds(on.SessionCreated, st.just("sess_1")),
    st.builds(on.SpeechStarted, ITEMS),
    st.builds(on.SpeechStopped, ITEMS),
    st.builds(on.TurnCommitted, ITEMS),
    st.builds(on.SilenceNoticed, ITEMS),
    st.builds(on.CandidateTextAdded, ITEMS, WORDS),
    st.builds(on.CandidateTextFinished, ITEMS, WORDS),
    st.builds(on.CandidateTextFailed, ITEMS),
    st.builds(on.ItemAdded, ITEMS, st.sampled_from(["user", "assistant", "system", ""]), ITEMS),
    st.builds(on.ResponseCreated, RESPONSES),
    st.builds(on.VoiceTextAdded, RESPONSES, ITEMS, WORDS),
    st.builds(on.VoiceTextFinished, RESPONSES, ITEMS, WORDS),
    st.builds(on.VoiceSent, RESPONSES),
    st.builds(on.VoiceBufferStarted, RESPONSES),
    st.builds(on.VoiceBufferStopped, RESPONSES),
    st.builds(on.VoiceBufferCleared, RESPONSES),
    st.builds(
        on.ResponseDone,
        RESPONSES,
        st.sampled_from(["completed", "cancelled", "incomplete", "failed"]),
        st.just(""),
        st.sampled_from([None, Fault.NO_QUOTA, Fault.RATE_LIMITED]),
        st.lists(ITEMS, max_size=2).map(tuple),
        TOOLS,
        st.just(on.Usage()),
    ),
    st.builds(
        on.ServiceErred,
        st.sampled_from(["", ALREADY_ANSWERING]),
        st.sampled_from([None, None, None, Fault.SESSION_EXPIRED]),
    ),
)


@dataclass(frozen=True)
class Heard:
    """The loudspeaker's next report, 50 ms later."""

    played_ms: int
    queued_ms: int
    audible: bool


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Pushed:
    """Somebody pushes the button for so long."""

    seconds: float


@dataclass(frozen=True)
class Dropped:
    """The call fails."""

    fault: Fault


@dataclass(frozen=True)
class Watched:
    """How the line hears the service changes."""

    hearing: Hearing


SOUND = st.builds(Heard, st.sampled_from([0, 20, 50]), st.sampled_from([0, 60]), st.booleans())
PAUSES = st.builds(Pause, st.sampled_from([0.01, 0.3, 1.0, 4.0, 16.0]))
TALK = st.lists(st.one_of(SERVICE, SERVICE, SOUND, SOUND, PAUSES), max_size=60)
FAULTS = st.sampled_from([fault for fault in Fault if fault is not Fault.BUTTON_STUCK])
"""All that parts report; that the button is stuck is the core's own finding."""
WORLDLY = st.one_of(
    st.builds(Pushed, st.sampled_from([0.1, 2.0, 35.0])),
    st.builds(Dropped, st.sampled_from([Fault.LINE_LOST, Fault.KEY_REFUSED])),
    st.builds(on.LineOpened, st.integers(0, 6)),
    st.builds(on.LineFailed, st.integers(0, 6), st.just(Fault.LINE_LOST)),
    st.builds(Watched, st.sampled_from(["well", "slow", "dark", "dark"])),
    st.builds(
        on.SpeechPutBack,
        st.integers(0, 6),
        st.sampled_from(["sound", "text", "nothing", "lost"]),
        WORDS,
        st.booleans(),
    ),
    st.builds(on.FaultRaised, FAULTS),
    st.builds(on.FaultCleared, FAULTS),
    st.just(on.MaintenanceBegun()),
    st.builds(
        on.NoticesRead,
        st.lists(
            st.builds(Notice, st.just("doctor"), st.just("warn"), WORDS, st.floats(0, 1e4)),
            max_size=2,
        ).map(tuple),
    ),
    st.just(on.MaintenanceEnded()),
    st.just(on.ConfigurationRead(Setup(Rules(hold_s=0.5), plans("de")))),
)
LIFE = st.lists(st.one_of(SERVICE, SERVICE, SOUND, PAUSES, WORLDLY), max_size=60)
LINES = st.sampled_from(["opens", "opens", "fails", "silent"])
OFFERED = st.sampled_from([("en",), ("en", "de"), ("en", "any")])

Step = on.Event | Heard | Pause | Pushed | Dropped | Watched


def live(world: World, steps: list[Step]) -> World:
    for step in steps:
        if isinstance(step, Heard):
            world.wait(0.05)
            world.played_ms += step.played_ms
            world.tell(playout(world.played_ms, step.queued_ms, audible=step.audible))
        elif isinstance(step, Pause):
            world.wait(step.seconds)
        elif isinstance(step, Pushed):
            world.tell(on.ButtonChanged(down=True))
            world.wait(step.seconds)
            world.tell(on.ButtonChanged(down=False))
            world.wait(0.1)
        elif isinstance(step, Dropped):
            world.tell(on.LineFailed(world.state.call, step.fault))
        elif isinstance(step, Watched):
            world.tell(on.LineWatched(world.state.line, step.hearing, world.now))
        else:
            world.tell(step)
    return world


# --- what holds after every step -----------------------------------------------------------------


@dataclass
class Watcher:
    """Looks at the booth after each step."""

    shown: dict[str, tuple[str, int]] = field(default_factory=dict)
    call: int = 0

    def __call__(self, world: World, _: on.Event, __: tuple[do.Effect, ...]) -> None:
        snapshot = view(world.state)
        assert (snapshot.mood is Mood.IDLE) is (world.phase() not in CALL_PHASES)
        self._turns(world)
        if world.phase() not in (Phase.CONVERSING, Phase.WRAPPING_UP):
            assert snapshot.mood is not Mood.SPEAKING
            assert not snapshot.microphone_open

    def _turns(self, world: World) -> None:
        if world.state.call != self.call:
            self.call, self.shown = world.state.call, {}
        ids = [turn.item_id for turn in world.talk.turns]
        assert len(ids) == len(set(ids))
        for turn in world.talk.turns:
            assert 0 <= turn.shown <= len(turn.text)
            text, shown = self.shown.get(turn.item_id, ("", 0))
            assert turn.shown >= shown or not turn.text.startswith(text)
            rest = turn.text[turn.shown :]
            inside = turn.shown and rest and not rest[0].isspace() and ord(rest[0]) < 0x2E80
            assert not inside or turn.who == "candidate", "a word is shown in halves"
            self.shown[turn.item_id] = (turn.text, turn.shown)


@settings(max_examples=300)
@given(TALK)
def test_a_conversation_in_any_order_keeps_its_turns_and_captions(steps: list[Step]) -> None:
    world = World().converse()
    world.on_step = Watcher()
    live(world, steps)


@settings(max_examples=200)
@given(LIFE, LINES, OFFERED)
def test_a_life_in_any_order_keeps_what_is_promised(
    steps: list[Step], line: Line, languages: tuple[str, ...]
) -> None:
    world = World(languages=languages)
    world.on_step = Watcher()
    world.boot()
    world.press()
    world.line = line
    live(world, steps)


@settings(max_examples=300)
@given(TALK)
def test_nobody_speaks_for_long_with_a_silent_loudspeaker(steps: list[Step]) -> None:
    world = live(World().converse(), steps)
    world.silence(0.75)
    assert world.mood() is not Mood.SPEAKING


@settings(max_examples=200)
@given(TALK)
def test_nobody_speaks_for_long_when_the_loudspeaker_reports_nothing(steps: list[Step]) -> None:
    world = live(World().converse(), steps)
    world.wait(0.75)
    assert world.mood() is not Mood.SPEAKING


@settings(max_examples=200)
@given(TALK)
def test_nobody_thinks_for_ever_over_a_voice_that_does_not_come(steps: list[Step]) -> None:
    world = live(World().converse(), steps)
    last = world.talk.response or ""
    world.tell(on.ResponseDone(last, "completed", "", None, (), (), on.Usage()))
    assume(world.phase() in TALKING and not world.talk.queue)
    assume(world.talk.response is None and not world.talk.awaiting)
    asked = len(world.asked)
    world.silence(world.rules.voice_s + 1.0)
    assume(len(world.asked) == asked)
    assert world.mood() is not Mood.THINKING


@settings(max_examples=300)
@given(TALK)
def test_only_one_response_is_asked_for_at_a_time(steps: list[Step]) -> None:
    """Between two requests the first is done, refused, given up, or its call is over."""
    world = World().converse()
    open_request = False

    def look(world: World, event: on.Event, effects: tuple[do.Effect, ...]) -> None:
        nonlocal open_request
        if isinstance(event, on.ResponseDone | on.ServiceErred):
            open_request = False
        for effect in effects:
            given_up = isinstance(effect, do.Note) and effect.text == "asking again"
            if given_up or isinstance(effect, do.CloseLine | do.TakeLine):
                open_request = False
            if isinstance(effect, do.Say) and isinstance(effect.command, do.CreateResponse):
                assert not open_request
                open_request = True

    world.on_step = look
    live(world, steps)


# --- going home ----------------------------------------------------------------------------------


EMPTY = (
    "dialled",
    "line",
    "hears",
    "tries",
    "trouble",
    "lost_s",
    "standin",
    "ending",
    "failed",
    "nudged",
    "prompted",
    "overlong",
    "away",
    "question",
)


def assert_empty(state: State) -> None:
    """Nothing of a talk is left: but for the booth's own state it is as it was switched on."""
    fresh = begin(Rules(), plans())
    assert state.talk == Talk() == fresh.talk
    for name in EMPTY:
        assert getattr(state, name) == getattr(fresh, name)
    assert state.choice in state.inviting
    assert set(state.deadlines) <= {Deadline.INVITE}


@settings(max_examples=300)
@given(LIFE, LINES, OFFERED)
def test_after_a_walk_away_the_booth_comes_home_by_itself_and_is_empty(
    steps: list[Step], line: Line, languages: tuple[str, ...]
) -> None:
    world = World(languages=languages).boot()
    world.press()
    world.line = line
    live(world, steps)
    limit_s = world.rules.limit_s + world.rules.wrap_up_s + world.rules.hard_end_s + 60
    world.tell(on.MaintenanceEnded(), on.ButtonChanged(down=False))
    for fault in Fault:
        if world.state.faults.get(fault, 0.0) is None and fault is not Fault.BUTTON_STUCK:
            world.tell(on.FaultCleared(fault))
    world.wait_for(Phase.IDLE, within_s=limit_s)
    assert_empty(world.state)


SHORT = Rules(limit_s=40.0, wrap_up_s=20.0, line_patience_s=30.0, sound_s=10.0)
SOUND_FAULTS = st.sampled_from(
    [Fault.MIC_MISSING, Fault.MIC_SILENT, Fault.SPEAKER_MISSING, Fault.ENGINE_DEAD]
)
STORM = st.lists(
    st.one_of(
        SERVICE,
        SOUND,
        PAUSES,
        st.builds(on.FaultRaised, SOUND_FAULTS),
        st.builds(on.FaultCleared, SOUND_FAULTS),
        st.builds(Dropped, st.sampled_from([Fault.LINE_LOST, Fault.SERVICE_DOWN])),
        st.builds(Watched, st.sampled_from(["well", "slow", "dark"])),
    ),
    max_size=8,
)
"""What devices, line and service may do over and over while nobody touches the button."""


@settings(max_examples=100)
@given(LIFE, STORM, LINES, OFFERED)
def test_no_storm_keeps_the_booth_from_coming_home(
    steps: list[Step], storm: list[Step], line: Line, languages: tuple[str, ...]
) -> None:
    world = World(languages=languages, rules=SHORT).boot()
    world.press()
    world.line = line
    live(world, steps)
    world.tell(on.ButtonChanged(down=False), on.MaintenanceEnded())
    rules = world.state.rules
    talk_s = rules.limit_s + rules.wrap_up_s + rules.hard_end_s
    before_s = rules.choice_s + rules.consent_s + rules.connect_s
    ends_s = world.now + before_s + talk_s + rules.farewell_s + rules.wiping_s
    while world.phase() not in FREE_PHASES:
        assert world.now < ends_s, f"still {world.phase().value}"
        live(world, storm)
        world.wait(1.0)


@settings(max_examples=100)
@given(LIFE, LINES, OFFERED)
def test_a_stop_ends_it_from_anywhere(
    steps: list[Step], line: Line, languages: tuple[str, ...]
) -> None:
    world = World(languages=languages).boot()
    world.press()
    world.line = line
    live(world, steps)
    world.tell(on.StopAsked())
    world.wait(world.rules.goodbye_s)
    assert [effect for effect in world.effects if isinstance(effect, do.Stop)] == [do.Stop()]
    assert world.count(do.SumUp) == world.count(do.OpenSound)
