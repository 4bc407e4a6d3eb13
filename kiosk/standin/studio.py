"""What the parts of one call share."""

from dataclasses import dataclass, field
from typing import Protocol

from kiosk.standin.conversation import Conversation
from kiosk.standin.ears import Hearing
from kiosk.standin.faults import Faults
from kiosk.standin.voice import Voice
from kiosk.standin.wire import Event, new_id


class Emit(Protocol):
    """Puts one server event on the channel."""

    def __call__(self, kind: str, **fields: object) -> None:
        """Send an event of type `kind` with these fields."""
        ...


@dataclass(frozen=True, slots=True)
class Studio:
    """One call's channel, memory, configuration, voice and ears."""

    emit: Emit
    session: Event
    """The complete configuration; changed in place by `session.update`."""
    voice: Voice
    hearing: Hearing
    faults: Faults
    pace: float
    """How many times faster than speech the words of a response are generated."""
    send_silence: bool
    """Whether RTP goes on while the model is silent."""
    conversation: Conversation = field(default_factory=Conversation)
    conversation_id: str = field(default_factory=lambda: new_id("conv"))
