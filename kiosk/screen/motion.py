"""How one look becomes the next, and when the face stresses a word: never a flicker."""

import math
from dataclasses import dataclass, field

from kiosk.screen.draws import Look

SETTLE_S = 0.08
"""A look is followed once it was wanted for so long."""
REST_S = 0.5
"""From one change of the face to the next, at least: two in a second, whatever happens."""
BLEND_S = 0.17
"""How long a change takes."""
ARRIVE_S = SETTLE_S + REST_S + BLEND_S
"""A look that stays wanted is there after so long at the latest."""
STEPS = 8
"""A blend's share moves in so many steps."""

PAUSE_S = 0.35
"""A mouth shut for so long stresses the next thing it says."""
STRESS_S = 1.4
"""Between two stresses within one phrase, at least."""
SHUT, SPOKEN, LOUD = 0.08, 0.35, 0.92
"""How far a mouth is open: not at all, by a word, by a stressed word."""


@dataclass(frozen=True, slots=True)
class Blend:
    """From one look to another; `share` 1 means arrived."""

    old: Look
    new: Look
    share: float
    age_s: float = field(default=0.0, compare=False)
    """Seconds since the change began."""
    stress_s: float = math.inf
    """Seconds since the face last stressed a word."""


class Motion:
    """Follows the wanted look; the only memory of the face."""

    def __init__(self) -> None:
        self._old: Look | None = None
        self._new: Look | None = None
        self._began_s = -math.inf
        self._wanted: Look | None = None
        self._wanted_s = 0.0
        self._stress = Stress()

    def follow(self, look: Look, now_s: float, opening: float = 0.0) -> Blend:
        """The blend to show at a monotonic second, for a mouth open by 0 to 1."""
        if self._new is None or self._old is None or now_s < self._wanted_s:
            self._old = self._new = look
            self._began_s = now_s - REST_S
        if look != self._wanted or now_s < self._wanted_s:
            self._wanted, self._wanted_s = look, now_s
        settled = now_s - self._wanted_s >= SETTLE_S and now_s - self._began_s >= REST_S
        if look != self._new and settled:
            self._old, self._new, self._began_s = self._new, look, now_s
        age_s = now_s - self._began_s
        share = min(1.0, age_s / BLEND_S)
        if share >= 1.0:
            self._old = self._new
        stress_s = self._stress.follow(opening, now_s)
        return Blend(self._old, self._new, math.floor(share * STEPS) / STEPS, age_s, stress_s)

    @property
    def look(self) -> Look | None:
        """Where the face is, or is on its way to; None before the first."""
        return self._new

    def restless(self, now_s: float) -> bool:
        """True while the face changes, or is about to."""
        changing = self._old != self._new and now_s - self._began_s <= BLEND_S
        return changing or self._wanted != self._new


class Stress:
    """Notices what a speaker would raise the brows at: the start of a phrase, a loud syllable."""

    def __init__(self) -> None:
        self._began_s = -math.inf
        self._moved_s = -math.inf

    def follow(self, opening: float, now_s: float) -> float:
        """Seconds since the last stress, for a mouth open by 0 to 1 at a monotonic second."""
        paused = now_s - self._moved_s >= PAUSE_S
        rested = now_s - self._began_s >= STRESS_S
        if (paused and opening >= SPOKEN) or (rested and opening >= LOUD):
            self._began_s = now_s
        if opening > SHUT:
            # A mouth on its way open keeps its pause until the word is there.
            self._moved_s = self._moved_s if paused and opening < SPOKEN else now_s
        return max(0.0, now_s - self._began_s)
