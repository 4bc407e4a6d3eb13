"""What the screen needs to know, as one immutable value: the latest wins."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from kiosk.core.faults import Fault
from kiosk.core.notices import Notice


class Phase(Enum):
    """Where the booth is in its day."""

    BOOTING = "booting"
    OUT_OF_SERVICE = "out of service"
    IDLE = "idle"
    CHOOSING = "choosing"
    CONSENTING = "consenting"
    CONNECTING = "connecting"
    CONVERSING = "conversing"
    RECONNECTING = "reconnecting"
    WRAPPING_UP = "wrapping up"
    FAREWELL = "farewell"
    WIPING = "wiping"
    MAINTENANCE = "maintenance"
    STOPPING = "stopping"


CALL_PHASES = frozenset({Phase.CONNECTING, Phase.CONVERSING, Phase.RECONNECTING, Phase.WRAPPING_UP})
"""In these somebody is being interviewed."""
FREE_PHASES = frozenset({Phase.IDLE, Phase.OUT_OF_SERVICE, Phase.MAINTENANCE})
"""In these nobody is in the booth, and its screen says something true."""
STAFF_PHASES = FREE_PHASES | {Phase.BOOTING}
"""In these the devices are closed, and staff look for more than whether somebody is there."""
UNSEEN_PHASES = STAFF_PHASES | {Phase.WIPING, Phase.STOPPING}
"""In these a booth that stops leaves nobody."""


Hearing = Literal["well", "slow", "dark"]
"""How a call hears the service: in time · late, or nothing for a moment · not at all."""


class Mood(Enum):
    """What the avatar does."""

    IDLE = "idle"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"


class Connection(Enum):
    """The line, as the mission names it."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class Caption:
    """What the interviewer says, as far as it was heard."""

    item_id: str = ""
    text: str = ""
    """All text known for this item, after what was said too shortly before it to be read.

    The screen breaks lines by it so that none jumps later.
    """
    shown: int = 0
    """How many characters of `text` have been spoken; always at the end of a word."""
    cut: bool = False
    """The candidate spoke over it: nothing after `shown` was heard."""
    growing: bool = False
    """More text may follow."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring on the screen that fills while nobody does anything, or while the button is held."""

    kind: Literal["hold", "silence", "choice", "consent", "line"]
    began_s: float
    """Monotonic seconds."""
    ends_s: float
    """Monotonic seconds."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The booth, as a candidate should see it."""

    phase: Phase
    mood: Mood = Mood.IDLE
    connection: Connection = Connection.DISCONNECTED
    language: str = "en"
    """Language of the words on the screen."""
    caption: Caption = Caption()
    """The interviewer's current or last words; stays while the candidate answers."""
    question_text: str = ""
    """The question as far as it was heard; stays until its answer ends, whatever else is said."""
    candidate_text: str = ""
    """What was recognised of the candidate's current or last turn; may come late."""
    candidate_text_until_s: float | None = None
    """Monotonic seconds from which `candidate_text` is past and is not shown any more.

    None until the interviewer is heard to answer that turn; infinite while they are.
    """
    candidate_speaking: bool = False
    """The service hears the candidate now."""
    microphone_open: bool = False
    """The candidate's sound is being sent; False before the press and after the farewell."""
    question: int = 0
    """Number of the question being asked, from 1; 0 before the first."""
    questions: int = 0
    """How many questions the script has."""
    ring: Ring | None = None
    ends_s: float | None = None
    """Monotonic seconds at which the interview's time is over."""
    fault: Fault | None = None
    """Why the booth is out of service or the interview ended early."""
    cut_short: bool = False
    """The booth stops though somebody is in it."""
    advice: tuple[Fault, ...] = ()
    """What staff should mend though interviews go on, in the order of `Fault`."""
    notices: tuple[Notice, ...] = ()
    """What staff's units said of late, the newest first."""
    line: Literal["well", "slow", "lost"] = "well"
    """How the call is: slow when the service is heard late, lost while another is dialled."""
    deaf: Fault | None = None
    """What is wrong with microphone or loudspeaker while somebody is interviewed."""
    lost_s: float | None = None
    """Monotonic second since which no call has taken in what the candidate says.

    It is so until a call that is open again was told of it.
    """
    standin: bool = False
    """The interview goes on with the interviewer of this machine."""
    standin_new: bool = False
    """That interviewer has yet to say its first words to their end."""
    late_s: float | None = None
    """Monotonic second from which on the interviewer's answer is late."""
    again_s: float | None = None
    """Monotonic second at which a booth out of service tries again by itself."""
    choices: tuple[str, ...] = ()
    """Languages a candidate may choose from: BCP 47 tags, or `any`."""
    choice: str = ""
    """The one of `choices` that is taken when nobody chooses another, and is then talked in."""
