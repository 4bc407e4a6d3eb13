"""What a room asks of the sound: one row for each `[audio] profile` (pure).

Loudness: -26 dBFS is what telephony sets speech to (ITU-T P.830, measured by P.56), for a voice at
the ear.  From loudspeakers -20 in a room and -16 in a hall, the ends of what AES TD1004 asks of
streams that are heard on small devices, which also sets the hall's ceiling.  The ceilings leave 15
to 17 dB over the level of speech, as much as the peaks of an undamaged voice have.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.settings import ProfileName


@dataclass(frozen=True, slots=True)
class Profile:
    """How the booth hears and speaks in one kind of room."""

    cancels_echo: bool
    """The loudspeaker reaches the microphone, so its sound is taken out of what is captured."""
    suppresses_noise: bool
    """Steady noise is taken out too; costs some of a candidate who talks over the voice."""
    near_only: bool
    """Voices from elsewhere reach the microphone: only who is near interrupts the voice."""
    loudness_dbfs: float
    """Level that the interviewer's speech is brought to, RMS while speaking."""
    ceiling_dbfs: float
    """Peak that never leaves the booth louder, whatever comes off the wire."""


PROFILES: Mapping[ProfileName, Profile] = {
    "open": Profile(
        cancels_echo=True,
        suppresses_noise=False,
        near_only=True,
        loudness_dbfs=-20.0,
        ceiling_dbfs=-3.0,
    ),
    "loud hall": Profile(
        cancels_echo=True,
        suppresses_noise=True,
        near_only=True,
        loudness_dbfs=-16.0,
        ceiling_dbfs=-1.0,
    ),
    "speakerphone": Profile(
        cancels_echo=False,
        suppresses_noise=False,
        near_only=True,
        loudness_dbfs=-20.0,
        ceiling_dbfs=-3.0,
    ),
    "headset": Profile(
        cancels_echo=False,
        suppresses_noise=False,
        near_only=False,
        loudness_dbfs=-26.0,
        ceiling_dbfs=-9.0,
    ),
}
