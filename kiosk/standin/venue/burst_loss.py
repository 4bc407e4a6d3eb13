"""Loss by itself and in bursts: the Gilbert-Elliott model, in continuous time."""

import math
from random import Random

from kiosk.standin.venue.scenario import Impairments


class BurstLoss:
    """A two-state Markov chain of one flow: it loses in the good state, and more in the bad."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._bad = False
        self._at_s = 0.0

    def loses(self, impairments: Impairments, at_s: float) -> bool:
        """Whether a packet sent at that moment is lost; `at_s` must not go back."""
        share = (
            impairments.burst_loss / impairments.loss_in_burst if impairments.burst_loss else 0.0
        )
        elapsed_ms = (at_s - self._at_s) * 1000
        memory = math.exp(-elapsed_ms / (impairments.burst_ms * (1 - share)))
        self._bad = self._chance.random() < share + (self._bad - share) * memory
        self._at_s = at_s
        loss = impairments.loss_in_burst if self._bad else impairments.loss
        return self._chance.random() < loss
