"""How far the voice has come, as it can be heard without knowing its words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What was counted in the voice that has left the loudspeaker since it was opened."""

    spoken_ms: int = 0
    """Voice, in the sender's time, without its pauses; stands still from the first silence on and
    catches up where that was too short for a pause."""
    syllables: int = 0
    """Peaks of its level: about one a syllable, each noticed some 70 ms late."""
    pausing: bool = True
    """It has been silent for longer than between the sounds of a word, or has not begun."""

    def after(self, before: "Rhythm") -> "Rhythm":
        """This one, counted on from where another ended."""
        return Rhythm(
            self.spoken_ms + before.spoken_ms, self.syllables + before.syllables, self.pausing
        )
