"""Ducking: the voice steps back at once when the booth's own ear hears somebody (pure).

It says "I heard you" long before the service is sure.  When the service is, the voice is flushed;
when it is not within `PATIENCE_S`, it was a cough, and the voice comes back.
"""

import numpy as np

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import RATE_HZ

DEPTH_DB = -18.0
"""Plainly in the background, and its words can still be understood."""
ATTACK_S = 0.02
"""To full depth; faster would click."""
RELEASE_S = 0.18
"""Back again, without a jerk."""
PATIENCE_S = 0.6
"""How long the service may take to confirm."""
REST_S = 1.5
"""After a cough nothing ducks: a lively hall must not make the voice pump."""
GAP_S = 0.5
"""A voice that pauses for less is still speaking."""


class Duck:
    """A gain for the voice, applied before anything else learns what is played.

    The capture thread calls `heard`, the playback thread `shape`, the engine's own thread the rest.
    All times are monotonic seconds of what the room hears and says.
    """

    def __init__(self) -> None:
        self._enabled = False
        self._until_s = float("-inf")
        """The voice is held down in what leaves the loudspeaker before that time."""
        self._rest_until_s = float("-inf")
        self._voice_until_s = float("-inf")
        """When the voice that was handed out has ended, and is no longer expected to go on."""
        self._answered = False
        """The sound that is being heard has ducked the voice already."""
        self._gain_db = 0.0

    @property
    def enabled(self) -> bool:
        """The candidate may interrupt."""
        return self._enabled

    @enabled.setter
    def enabled(self, enabled: bool) -> None:
        self._enabled = enabled
        if not enabled:
            self.confirmed()

    @property
    def gain_db(self) -> float:
        """What the voice is raised by: 0 to `DEPTH_DB`."""
        return self._gain_db

    def heard(self, at_s: float, *, speaking: bool) -> bool:
        """Take what the ear says of sound captured at a time; True when this ducks the voice."""
        if not speaking:
            self._answered = False
            return False
        if self._answered or not self._enabled:
            return False
        if at_s < self._rest_until_s or at_s >= self._voice_until_s:
            return False
        self._answered = True
        self._until_s = at_s + PATIENCE_S
        self._rest_until_s = self._until_s + REST_S
        return True

    def confirmed(self) -> None:
        """Begin anew: the service confirmed and the voice is flushed, or nobody is heard now."""
        self._until_s = self._rest_until_s = float("-inf")

    def shape(self, block: Pcm, leaves_s: float) -> Pcm:
        """Return a block of the voice, which leaves the loudspeaker at a time, as it should be."""
        length_s = len(block) / RATE_HZ
        if block.any():
            self._voice_until_s = leaves_s + length_s + GAP_S
        before_db = self._gain_db
        if leaves_s < self._until_s:
            after_db = max(DEPTH_DB, before_db + DEPTH_DB / ATTACK_S * length_s)
        else:
            after_db = min(0.0, before_db - DEPTH_DB / RELEASE_S * length_s)
        self._gain_db = after_db
        if before_db == after_db == 0.0:
            return block
        gain = 10 ** (np.linspace(before_db, after_db, len(block), endpoint=False) / 20)
        return np.asarray(np.rint(block * gain), np.int16)
