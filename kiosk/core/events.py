"""What can happen to the booth, in the past tense.

Everything the core learns arrives as one of these frozen values: from the button, the line, the
service, the sound engine and the clock.  Times are seconds of one monotonic clock and are given to
`machine.step` beside the event; fields that end in `_ms` or `_s` say their unit.
"""

from dataclasses import dataclass, field
from typing import Literal

from kiosk.core.faults import Fault
from kiosk.core.notices import Notice
from kiosk.core.rhythm import Rhythm
from kiosk.core.snapshot import Hearing
from kiosk.core.state import Setup

# --- the machine itself --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Booted:
    """All parts were started; what failed has been told by `FaultRaised` before."""


@dataclass(frozen=True, slots=True)
class ButtonChanged:
    """The line of the button moved, or its level was read again."""

    down: bool
    """True while the button is pressed."""


@dataclass(frozen=True, slots=True)
class ConfigurationRead:
    """Staff changed the configuration; it is answered by `TakeUp` once nobody is in the booth."""

    setup: Setup


@dataclass(frozen=True, slots=True)
class FaultRaised:
    """Something a candidate needs is not there, or staff have something to mend."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class FaultCleared:
    """What `FaultRaised` reported is over."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class MaintenanceBegun:
    """Staff took the booth out of service."""


@dataclass(frozen=True, slots=True)
class MaintenanceEnded:
    """Staff gave the booth back."""


@dataclass(frozen=True, slots=True)
class NoticesRead:
    """What units of staff's have to say now; it replaces all that was told before."""

    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class StopAsked:
    """The service manager, or Escape in a demo, wants the booth to end."""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """A deadline that `next_deadline` announced may be due."""


@dataclass(frozen=True, slots=True)
class Wiped:
    """Nothing of the last candidate is left in the parts the runtime owns."""


# --- the line (WebRTCAudioManager) ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineOpened:
    """The peer is connected and its event channel is open."""

    call: int
    """Which `OpenLine` this answers; a stale number is dropped."""


@dataclass(frozen=True, slots=True)
class LineFailed:
    """The call could not be opened, or an open one is lost."""

    call: int
    fault: Fault
    retry_after_s: float = 0.0
    """So long the service asked not to be called."""
    answered: bool = False
    """The service said so itself; else it may be the network."""


@dataclass(frozen=True, slots=True)
class LineWatched:
    """How an open call hears the service has changed."""

    call: int
    hearing: Hearing
    since_s: float
    """Monotonic second at which the service was heard last; of a dark line: nothing that was said
    since then may have arrived."""


@dataclass(frozen=True, slots=True)
class SpeechPutBack:
    """What became of `PutBackSpeech`."""

    call: int
    how: Literal["sound", "text", "nothing", "lost"]
    """The service hears it as speech · it was recognised here · there was none · nobody knows the
    words, and nobody will."""
    text: str = ""
    """What was recognised here, and is told only once."""
    more: bool = False
    """What was said while it was looked for is told next, as another "text" or "lost"; from here on
    the microphone is to be live."""


# --- the service, as `realtime.protocol.parse` reads it ------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionCreated:
    """`session.created`."""

    session_id: str


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """`input_audio_buffer.speech_started`: the service hears the candidate."""

    item_id: str
    """Empty where a service does not send it, here and in every event below."""


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """`input_audio_buffer.speech_stopped`."""

    item_id: str


@dataclass(frozen=True, slots=True)
class TurnCommitted:
    """`input_audio_buffer.committed`: the candidate's turn is over."""

    item_id: str


@dataclass(frozen=True, slots=True)
class SilenceNoticed:
    """`input_audio_buffer.timeout_triggered`: the service will speak by itself."""

    item_id: str


@dataclass(frozen=True, slots=True)
class CandidateTextAdded:
    """`conversation.item.input_audio_transcription.delta`."""

    item_id: str
    delta: str


@dataclass(frozen=True, slots=True)
class CandidateTextFinished:
    """`conversation.item.input_audio_transcription.completed`; replaces all deltas."""

    item_id: str
    text: str


@dataclass(frozen=True, slots=True)
class CandidateTextFailed:
    """`conversation.item.input_audio_transcription.failed`."""

    item_id: str


@dataclass(frozen=True, slots=True)
class ItemAdded:
    """`conversation.item.added` (`.created` in the older shape)."""

    item_id: str
    role: Literal["user", "assistant", "system", ""]
    previous_item_id: str


@dataclass(frozen=True, slots=True)
class ResponseCreated:
    """`response.created`."""

    response_id: str


@dataclass(frozen=True, slots=True)
class VoiceTextAdded:
    """`response.output_audio_transcript.delta` (`response.audio_transcript.delta`)."""

    response_id: str
    item_id: str
    delta: str


@dataclass(frozen=True, slots=True)
class VoiceTextFinished:
    """`response.output_audio_transcript.done` (`response.audio_transcript.done`)."""

    response_id: str
    item_id: str
    text: str


@dataclass(frozen=True, slots=True)
class VoiceSent:
    """`response.output_audio.delta` (`response.audio.delta`): never over WebRTC from the cloud."""

    response_id: str


@dataclass(frozen=True, slots=True)
class VoiceBufferStarted:
    """`output_audio_buffer.started`."""

    response_id: str


@dataclass(frozen=True, slots=True)
class VoiceBufferStopped:
    """`output_audio_buffer.stopped`."""

    response_id: str


@dataclass(frozen=True, slots=True)
class VoiceBufferCleared:
    """`output_audio_buffer.cleared`: the service dropped the voice, so must we."""

    response_id: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A completed `function_call` item; `arguments` is what the model wrote, parsed with care."""

    call_id: str
    name: str
    arguments: dict[str, object]
    """Empty where the model wrote no JSON object."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one response (`response.done.response.usage`), by what they are billed as."""

    text_input: int = 0
    """Read anew; what was read before in the same call is cheaper and counted apart."""
    audio_input: int = 0
    cached_text_input: int = 0
    cached_audio_input: int = 0
    text_output: int = 0
    """What was written, called or only thought."""
    audio_output: int = 0
    other: int = 0
    """Tokens of which the service does not tell what they are."""
    told: bool = False
    """The service told any numbers."""


@dataclass(frozen=True, slots=True)
class ResponseDone:
    """`response.done`: generation ended; the voice is usually still being played."""

    response_id: str
    status: Literal["completed", "cancelled", "incomplete", "failed"]
    reason: str
    """`turn_detected`, `client_cancelled`, `max_output_tokens`, `content_filter` or empty."""
    fault: Fault | None
    """Set when status is `failed`."""
    spoken_items: tuple[str, ...]
    """Ids of the assistant messages it spoke, in order."""
    tool_calls: tuple[ToolCall, ...]
    usage: Usage


@dataclass(frozen=True, slots=True)
class ServiceErred:
    """`error`: the session goes on, except after `session_expired`."""

    code: str
    fault: Fault | None
    """Set when nobody can go on in this call."""


# --- the sound engine ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlayoutReported:
    """What the loudspeaker is doing; about twenty times a second while sound is open."""

    played_ms: int
    """Voice played since the engine was opened (samples that left the loudspeaker, silence of an
    empty queue not counted)."""
    queued_ms: int
    """Voice that waits in our own queue and in the sound card."""
    audible: bool
    """Sound above the noise floor is leaving the loudspeaker now."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    """What was found in the voice played."""


ServiceEvent = (
    SessionCreated
    | SpeechStarted
    | SpeechStopped
    | TurnCommitted
    | SilenceNoticed
    | CandidateTextAdded
    | CandidateTextFinished
    | CandidateTextFailed
    | ItemAdded
    | ResponseCreated
    | VoiceTextAdded
    | VoiceTextFinished
    | VoiceSent
    | VoiceBufferStarted
    | VoiceBufferStopped
    | VoiceBufferCleared
    | ResponseDone
    | ServiceErred
)
"""What `realtime.protocol.parse` can return."""

Event = (
    Booted
    | ButtonChanged
    | ConfigurationRead
    | FaultRaised
    | FaultCleared
    | MaintenanceBegun
    | MaintenanceEnded
    | NoticesRead
    | StopAsked
    | TimePassed
    | Wiped
    | LineOpened
    | LineFailed
    | LineWatched
    | SpeechPutBack
    | PlayoutReported
    | ServiceEvent
)
"""What the world may tell `machine.step`."""
