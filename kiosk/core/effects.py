"""What the core may ask for, in the imperative.

The runtime carries each one out and answers with an event; the core never waits.
"""

from dataclasses import dataclass, field
from typing import Literal

from kiosk.core.faults import Fault

# --- commands to the service, built into JSON by `realtime.protocol.build` -----------------------


@dataclass(frozen=True, slots=True)
class CreateResponse:
    """Let the model speak (`response.create`)."""

    instructions: str = ""
    """Instructions for this response only; empty keeps the session's."""


@dataclass(frozen=True, slots=True)
class CancelResponse:
    """Stop generating (`response.cancel`); only while a response is in progress."""


@dataclass(frozen=True, slots=True)
class AddItem:
    """Put a text into the conversation (`conversation.item.create`)."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class AnswerTool:
    """Give a tool's result (`function_call_output`)."""

    call_id: str
    output: dict[str, object]


@dataclass(frozen=True, slots=True)
class AppendAudio:
    """Let the service hear this as if it came from the microphone (`input_audio_buffer.append`)."""

    event_id: str
    """What an `error` about it will name."""
    pcm: bytes = field(repr=False)
    """Mono s16, little endian, at 24 kHz."""


@dataclass(frozen=True, slots=True)
class ForgetAudio:
    """Drop what the service heard and has not taken for a turn (`input_audio_buffer.clear`)."""

    event_id: str


@dataclass(frozen=True, slots=True)
class AskBack:
    """Ask for an item that is not there (`conversation.item.retrieve`).

    Changes nothing; the answer shows that all before it was read.
    """

    event_id: str


@dataclass(frozen=True, slots=True)
class CommitAudio:
    """Take what the service heard for a whole turn (`input_audio_buffer.commit`)."""


@dataclass(frozen=True, slots=True)
class ClearVoice:
    """Drop the voice that the service has not sent yet (`output_audio_buffer.clear`)."""


ServiceCommand = (
    CreateResponse
    | CancelResponse
    | AddItem
    | AnswerTool
    | AppendAudio
    | ForgetAudio
    | AskBack
    | CommitAudio
    | ClearVoice
)


# --- the line, the sound, the booth --------------------------------------------------------------


Place = Literal["service", "standin"]
"""Who is called: the service, or the stand-in on this machine."""


@dataclass(frozen=True, slots=True)
class PrepareLine:
    """Have ready what a call in this language will need: it is the next to be asked for."""

    language: str
    """BCP 47 tag, or `any`."""
    place: Place = "service"


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Try at once again what the service refused, unless that was just now."""


@dataclass(frozen=True, slots=True)
class OpenLine:
    """Open call number `call` beside the line, which goes on as it is.

    Answered by `LineOpened` or `LineFailed` with the same number; a call that was still being
    opened is given up, and so is one that was opened and not taken.
    """

    call: int
    language: str
    """BCP 47 tag of the candidate's choice, or `any`."""
    place: Place = "service"


@dataclass(frozen=True, slots=True)
class TakeLine:
    """From here on the opened call is the line; the one before it is closed."""

    call: int


@dataclass(frozen=True, slots=True)
class DropLine:
    """Give up the call that is being opened, or was opened and not taken; the line stays."""


@dataclass(frozen=True, slots=True)
class CloseLine:
    """Close the line and give up what is being opened."""


@dataclass(frozen=True, slots=True)
class PutBackSpeech:
    """Tell the line what the microphone heard since then, and it has not been told before.

    Answered by `SpeechPutBack`.  The microphone stays silent on the line until `HearCandidate`.
    """

    since_s: float
    """Monotonic seconds."""


@dataclass(frozen=True, slots=True)
class Say:
    """Send one command over the open line."""

    command: ServiceCommand


@dataclass(frozen=True, slots=True)
class OpenSound:
    """Open loudspeaker and microphone: the only moment from which anybody is heard."""


@dataclass(frozen=True, slots=True)
class CloseSound:
    """Close both."""


@dataclass(frozen=True, slots=True)
class HearCandidate:
    """Send what the microphone hears; every call begins with silence instead."""


@dataclass(frozen=True, slots=True)
class FlushVoice:
    """Drop at once all voice that waits to be played, and what still arrives until `PassVoice`."""


@dataclass(frozen=True, slots=True)
class PassVoice:
    """Let arriving voice be played again."""


@dataclass(frozen=True, slots=True)
class HoldBack:
    """Send silence while the voice plays, from here on: the booth has been hearing itself."""


@dataclass(frozen=True, slots=True)
class Wipe:
    """Forget the candidate in every part; answered by `Wiped`."""


@dataclass(frozen=True, slots=True)
class TakeUp:
    """From here on the configuration holds that was read last: nobody is in the booth."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the process; line and sound are closed."""

    restart: bool = False
    """The booth cannot trust itself any more and wants a fresh process."""


How = Literal["finished", "time", "silence", "stopped", "staff", "fault"]
"""How an interview ends: the plan was done · no time was left · nobody answered · the candidate
stopped · staff stopped the booth · something failed."""


@dataclass(frozen=True, slots=True)
class SumUp:
    """Tell the journal that the interview is over, with what was counted of it."""

    how: How
    question: int
    """Number of the last question that was asked, from 1; 0 for none."""
    questions: int
    """How many there are."""
    fault: Fault | None = None
    """What failed."""


@dataclass(frozen=True, slots=True)
class Note:
    """One line for the journal about a thing that happened; never a word that was said."""

    text: str
    code: str = ""
    """Staff code, where one applies."""
    over: bool = False
    """The code applies no longer."""


Effect = (
    PrepareLine
    | LookAgain
    | OpenLine
    | TakeLine
    | DropLine
    | CloseLine
    | PutBackSpeech
    | Say
    | OpenSound
    | CloseSound
    | HearCandidate
    | FlushVoice
    | PassVoice
    | HoldBack
    | Wipe
    | TakeUp
    | Stop
    | SumUp
    | Note
)
