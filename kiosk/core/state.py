"""The booth's whole state as one immutable value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from kiosk.core.faults import Fault
from kiosk.core.notices import Notice
from kiosk.core.plan import Ending, Plan
from kiosk.core.press import Press
from kiosk.core.rules import Rules
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
    misses: int = 0
    """How many interviews in a row have ended without a line; outlasts the candidate."""
    rest_until_s: float = 0.0
    """Monotonic second until which no press has a call tried: the last one has just failed, or the
    service asked for it; outlasts the candidate."""
    trouble: Fault | None = None
    """Why the line could not be opened the last time.

    That no answer came in time says nothing: it is as well the network's fault.
    """
    lost_s: float | None = None
    """Since when nothing that the candidate says may have arrived; None while all does."""
    revived: bool = False
    """The line was dark and is back by itself: it knows what was said before, and needs no word to
    go on."""
    in_doubt: bool = False
    """The same, and no voice that was told of has been heard since: one may have begun in the dark,
    or been lost there."""
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
