"""What the rest of the booth may ask of its sound, and what it hears back.

One adapter (`link.EngineLink`) talks to the engine process; a fake with the same contract serves
tests of the runtime.  All methods are called on the asyncio thread and never block.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.core.faults import Fault
from kiosk.core.rhythm import Rhythm

RATE_HZ = 48_000
"""Sample rate of every PCM frame inside the booth; mono, signed 16 bit, little endian."""
FRAME_MS = 10
"""Length of one microphone frame."""
FRAME_SAMPLES = RATE_HZ * FRAME_MS // 1000
FRAME_BYTES = 2 * FRAME_SAMPLES


@dataclass(frozen=True, slots=True)
class VoicePacket:
    """One Opus packet of the interviewer's voice, as it came off the wire."""

    sequence: int
    """RTP sequence number, 16 bit."""
    timestamp: int
    """RTP timestamp, 32 bit, 48 kHz."""
    ssrc: int
    arrival_s: float
    """Monotonic seconds."""
    payload: bytes


@dataclass(frozen=True, slots=True)
class Clock:
    """What the loudspeaker and the microphone are doing; sent every 50 ms and at once on change."""

    at_s: float
    """Monotonic seconds this describes."""
    played_ms: int
    """Voice that has left the loudspeaker since the engine was opened."""
    queued_ms: int
    """Voice still waiting, in the queue or in the sound card."""
    audible: bool
    """The voice leaving the loudspeaker is above the noise floor (with release, so gaps between
    words do not flicker)."""
    heard_dbfs: float
    """Level at the microphone, over the last 10 ms, before any gating; -100 for silence."""
    microphone_gated: bool
    """Half-duplex: silence is sent instead of the microphone."""
    underruns: int
    """Times the loudspeaker wanted voice in mid-speech and there was none."""
    overruns: int
    """Times captured sound was dropped."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    """What was found in the voice that has left the loudspeaker."""


@dataclass(frozen=True, slots=True)
class Lips:
    """How the voice looks, in blocks of 10 ms, told before they leave the loudspeaker.

    Whatever was told of that time and after it holds no longer.  Of a silence only the beginning is
    told.
    """

    began_s: float
    """Monotonic second at which the first block leaves it, by the sound card's own time."""
    levels_dbfs: tuple[float, ...]
    """As played: turned down where the voice is; -100 for silence."""
    brights: tuple[float, ...]
    """0 dark (o, u) … 1 bright (i, s)."""


@dataclass(frozen=True, slots=True)
class SoundFailed:
    """A device cannot be used, or was lost; `SoundReady` tells when all is well again."""

    fault: Fault
    why: str
    """One sentence for the journal."""


@dataclass(frozen=True, slots=True)
class SoundReady:
    """Both devices are there (and open, after `open`)."""


@dataclass(frozen=True, slots=True)
class SoundAdvised:
    """What staff should mend though the booth can go on; sent on change.

    Closing changes nothing: what the last conversation showed stands until the next one, or a fresh
    engine, shows otherwise.
    """

    advice: frozenset[Fault]
    """All that holds now; each one's `remedy.advice` is True."""


SoundReport = Clock | Lips | SoundFailed | SoundReady | SoundAdvised


class Sound(Protocol):
    """The booth's ears and mouth."""

    on_frame: Callable[[bytes, float], None]
    """Called with each microphone frame (`FRAME_BYTES`) and the monotonic second of its first
    sample."""
    on_report: Callable[[SoundReport], None]
    """Called with each report."""

    async def start(self) -> None:
        """Start the engine; devices stay closed.  What is missing is reported, not raised."""

    def open(self) -> None:
        """Open loudspeaker and microphone."""

    def close(self) -> None:
        """Close both; frames stop, the queue is dropped."""

    def play(self, packet: VoicePacket) -> None:
        """Queue a packet of the voice."""

    def flush(self) -> None:
        """Drop at once all voice not yet played; later packets play again."""

    def attend(self, *, on: bool) -> None:
        """Say whether the candidate is being heard; off after `open`.

        While it is on, who talks over the voice turns it down.
        """

    def hold_back(self) -> None:
        """Send silence while the voice plays, until restart: its echo cannot be removed."""

    def renew(self) -> None:
        """Let a fresh process take over, now or as soon as sound is closed.

        Nothing that the old one heard or spoke is left in the new one.
        """

    async def stop(self) -> None:
        """End the engine; returns when it is gone, within a second."""
