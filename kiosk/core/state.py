"""The booth's whole state as one immutable value, and the happenings the core derives itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from kiosk.core.faults import Fault
from kiosk.core.notices import Notice
from kiosk.core.plan import Ending, Plan
from kiosk.core.press import Press
from kiosk.core.snapshot import Hearing, Phase
from kiosk.core.talk import Talk


class Deadline(Enum):
    """What may become due; each stands in the transition table like an event."""

    INVITE = "the next language invites"
    CHOICE = "the choice is taken"
    CONSENT = "nobody consents"
    CONNECT = "the line did not open"
    GREETING = "the greeting did not begin"
    PROTECT = "the greeting may be interrupted"
    ANSWER = "the model does not answer"
    QUIET = "the loudspeaker fell silent"
    VOICE = "an announced voice was not heard"
    HUSH = "nothing came of the barge-in"
    SILENCE_PROMPT = "nobody answers"
    SILENCE_RING = "still nobody answers"
    SILENCE_GOODBYE = "the silence ring is full"
    LAST_QUESTION = "time for the last question"
    WRAP_UP = "time to say goodbye"
    READ = "the goodbye was read"
    HARD_END = "the goodbye takes too long"
    REDIAL = "dial again"
    REDIAL_LIMIT = "the line stays dead"
    STANDIN = "the stand-in takes over"
    PUT_BACK = "nothing came of the speech put back"
    ENDLESS_VOICE = "the interviewer does not end"
    ENDLESS_TURN = "the candidate's turn does not end"
    SOUND = "the sound stays away"
    FAREWELL = "the farewell was shown"
    WIPING = "the wiping takes too long"
    GOODBYE = "the booth has said goodbye"


@dataclass(frozen=True, slots=True)
class Rules:
    """How patient the booth is; all numbers in seconds."""

    hold_s: float = 1.5
    invite_s: float = 7.0
    """How long an idle booth speaks one language before the next."""
    choice_s: float = 6.0
    consent: bool = False
    """Ask before the call also where there is nothing to choose."""
    consent_s: float = 30.0
    """How long the booth waits for a yes."""
    consent_shown_s: float = 0.7
    """A press sooner than this was not meant for the question that has just come up."""
    connect_s: float = 20.0
    greeting_s: float = 10.0
    protect_s: float = 2.0
    """How long nobody is heard after the first sound of the greeting: who talks on while pressing
    the button must not cut it off before it began."""
    answer_s: float = 15.0
    """From the end of a turn to the first sound of the answer."""
    voice_s: float = 3.0
    """From the announcement of a voice to its first sound."""
    hush_s: float = 1.0
    """How long voice is dropped after a barge-in that the service does not confirm."""
    silence_prompt_s: float = 15.0
    silence_goodbye_s: float = 20.0
    silence_ring_s: float = 10.0
    limit_s: float = 600.0
    """When the interviewer is told that the next question is the last."""
    wrap_up_s: float = 120.0
    """How long the last question may take."""
    hard_end_s: float = 30.0
    """How long the goodbye may take."""
    stall_s: float = 6.0
    """A first call that fails sooner is dialled again: a short stall of the network is no fault."""
    redial_s: float = 0.4
    """Pause between tries to get through a network that lets nothing through."""
    busy_s: float = 1.0
    """Pause before a service that could not help is called again; it doubles each time."""
    busiest_s: float = 15.0
    """The longest of these pauses."""
    tries: int = 4
    """How many calls may reach the service in a row without the interviewer being heard."""
    line_patience_s: float = 120.0
    """How long a candidate waits for a lost line."""
    standin_s: float = 20.0
    """How long the stand-in may take to take over."""
    put_back_s: float = 18.0
    """How long it may take to tell a new call what was said meanwhile."""
    noticed_s: float = 4.0
    """How soon the service must show that it heard it."""
    voice_limit_s: float = 90.0
    """How long the interviewer may speak at a stretch."""
    turn_limit_s: float = 180.0
    """How long the candidate may, without a pause that the service hears."""
    sound_s: float = 30.0
    """How long an interview waits for a device that is away."""
    blip_s: float = 1.0
    """A microphone that was away for less has missed nothing worth asking for again."""
    farewell_s: float = 8.0
    wiping_s: float = 2.5
    goodbye_s: float = 1.5
    """How long a booth that stops says so to the candidate it leaves; the process, the line and the
    sound must be gone soon after it."""
    curtain_s: float = 0.3
    """The same where nobody is in the booth: long enough to be drawn."""
    recheck_s: float = 60.0
    """How long a fault that only a call can show keeps the booth out of service."""


@dataclass(frozen=True, slots=True)
class Away:
    """Microphone or loudspeaker is away, and the interview waits for it."""

    since_s: float
    """Monotonic seconds."""
    deaf: bool = False
    """What the candidate said may not have been heard."""
    unheard: bool = False
    """Words of the interviewer were not heard."""
    refused: bool = False
    """The interviewer began to answer what may have been half a turn."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the configuration tells the core."""

    rules: Rules
    plans: Mapping[str, Plan]
    """As in `State`."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything the core knows."""

    rules: Rules
    plans: Mapping[str, Plan]
    """One plan for each language a candidate may choose; at least one."""
    press: Press
    phase: Phase = Phase.BOOTING
    deadlines: Mapping[Deadline, float] = field(default_factory=dict)
    """Monotonic seconds at which each becomes due; never changed in place."""
    faults: Mapping[Fault, float | None] = field(default_factory=dict)
    """What is wrong now, and when it is forgotten by itself, if ever."""
    advice: frozenset[Fault] = frozenset()
    """What staff should mend though interviews go on; outlasts the candidate."""
    notices: tuple[Notice, ...] = ()
    """What staff's units said of late; outlasts the candidate."""
    booted: bool = False
    choice: int = 0
    """Which of `plans` invites, and then the one the candidate chose."""
    call: int = 0
    """Number of the last call that was dialled."""
    dialled: int = 0
    """Number of the call that is being opened; 0 for none."""
    line: int = 0
    """Number of the call that is talked over, also while it is dark; 0 for none."""
    hears: Hearing = "well"
    """How that call hears the service."""
    tries: int = 0
    """How many calls reached the service since the interviewer was heard last."""
    trouble: Fault | None = None
    """Why the line could not be opened the last time.

    That no answer came in time says nothing: it is as well the network's fault.
    """
    lost_s: float | None = None
    """Since when nothing that the candidate says may have arrived; None while all does."""
    revived: bool = False
    """The line was dark and is back by itself: it knows what was said before, and needs no word to
    go on."""
    standin: bool = False
    """The stand-in of this machine is called instead of the service."""
    stood_in_s: float | None = None
    """When it took over."""
    chance: int = 0
    """Of the pauses between tries; see `recovery`."""
    ending: Ending | None = None
    """Why the goodbye is being said."""
    failed: Fault | None = None
    """What ended the interview early."""
    hearing: bool = False
    """The candidate's voice is sent."""
    nudged: bool = False
    """The model was asked once more for an answer that did not come."""
    prompted: bool = False
    """The silent candidate was prompted."""
    overlong: bool = False
    """The interviewer was cut off for not coming to an end."""
    away: Away | None = None
    """The interview waits for a device."""
    question: int = 0
    """Number of the question being asked, from 1."""
    coming: Setup | None = None
    """A changed configuration, which holds as soon as nobody is in the booth."""
    cut_short: bool = False
    """The process is to end though somebody is in the booth."""
    maintenance: bool = False
    """Staff want the booth for themselves as soon as it is free."""
    talk: Talk = field(default_factory=Talk)

    @property
    def language(self) -> str:
        """The candidate's choice."""
        return tuple(self.plans)[self.choice]

    @property
    def inviting(self) -> tuple[int, ...]:
        """Which of `plans` the idle screen can show in their own words; the first where none."""
        own = (i for i, (tag, plan) in enumerate(self.plans.items()) if plan.words == tag)
        return tuple(own) or (0,)

    @property
    def asks_consent(self) -> bool:
        """A press has not said yes to the call yet."""
        return len(self.plans) > 1 or self.rules.consent

    @property
    def may_stand_in(self) -> bool:
        """The event wants the stand-in to go on, in a language that it can hear."""
        return self.plan.standin and not self.standin

    @property
    def plan(self) -> Plan:
        """The interview in that language."""
        return self.plans[self.language]

    def at(self, deadline: Deadline, when_s: float) -> "State":
        """This state with a deadline set."""
        return replace(self, deadlines={**self.deadlines, deadline: when_s})

    def without(self, *deadlines: Deadline) -> "State":
        """This state with deadlines forgotten."""
        left = {k: v for k, v in self.deadlines.items() if k not in deadlines}
        return self if len(left) == len(self.deadlines) else replace(self, deadlines=left)


# --- happenings the core derives from raw events -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pressed:
    """The candidate pressed the button: start, yes, next."""


@dataclass(frozen=True, slots=True)
class Tapped:
    """The candidate let go of the button before it was a hold: a yes where a hold means no."""


@dataclass(frozen=True, slots=True)
class Held:
    """The candidate held the button: stop, back, no."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The language is settled."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """There is nothing left to ask before the call."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Nothing is wrong: a candidate may come."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """Something a candidate needs is not there."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """Staff want the booth, and it is free."""


@dataclass(frozen=True, slots=True)
class LineDark:
    """Nothing is heard of the service any more; the call may yet revive."""

    since_s: float


@dataclass(frozen=True, slots=True)
class LineBack:
    """The dark call hears the service again."""


@dataclass(frozen=True, slots=True)
class LineLost:
    """The call is gone; trying again may help."""

    fault: Fault
    wait_s: float = 0.0
    """How long to wait before that."""


@dataclass(frozen=True, slots=True)
class GaveUp:
    """The interview cannot go on."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Ended:
    """The interview is over but for the last words."""

    ending: Ending
    spoken: bool
    """The last words are already being said."""


@dataclass(frozen=True, slots=True)
class GoodbyeRead:
    """The candidate has read enough of the last words."""


@dataclass(frozen=True, slots=True)
class DeadlineReached:
    """A deadline is due."""

    deadline: Deadline


Happening = (
    Pressed
    | Tapped
    | Held
    | Chosen
    | Agreed
    | Fit
    | Unfit
    | Reserved
    | LineDark
    | LineBack
    | LineLost
    | GaveUp
    | Ended
    | GoodbyeRead
    | DeadlineReached
)
