"""One call that the line holds: what came before it was taken, and what it is still to be told."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from kiosk.realtime.call import Call
from kiosk.realtime.protocol import Reader
from kiosk.realtime.putting_back import Telling
from kiosk.realtime.token import TokenSource

MOST_WAITING = 100
"""So many messages of a call wait for it to be taken; older ones are lost."""


@dataclass(eq=False, slots=True)
class HeldCall:
    """A call that is open, or being opened."""

    number: int
    call: Call
    telling: Telling
    tokens: TokenSource
    """Whoever can hang up."""
    reader: Reader
    waiting: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_WAITING))
    """Messages that came before the call was taken."""
    told: bool = False
    """What waited has been told; from here on all is told as it comes."""
    putting_back: asyncio.Task[None] | None = None
    """Tells it what the microphone heard before."""

    @property
    def is_dark(self) -> bool:
        """Nothing is heard of the service."""
        return self.call.hearing[0] == "dark"

    @property
    def is_told_of_speech(self) -> bool:
        """What the microphone heard before is being told."""
        return self.putting_back is not None and not self.putting_back.done()

    @property
    def is_deaf(self) -> bool:
        """What the microphone hears now is not heard there, nor about to be told."""
        return self.is_dark and not self.is_told_of_speech

    def hold_in_the_dark(self) -> None:
        """Send no sound while it is dark: what is put back later need not arrive as well."""
        self.call.hold(on=self.is_dark)

    def stop_telling(self) -> None:
        """Tell no more of what the microphone heard before."""
        if self.putting_back is not None:
            self.putting_back.cancel()
