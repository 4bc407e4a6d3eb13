"""Small movements that come by themselves, as functions of the time."""

import math
import random
from functools import lru_cache

BREATH_S = 4.6
"""One breath in and out."""
LAG_S = 0.22
"""What lies before the stone follows its breath this much later: it looks soft."""
NOD_S = 0.7
"""One nod."""
BOUNCE_S = 0.4
"""Up and down with a stressed word."""


def since_s(now_s: float, every_s: tuple[float, float], salt: str) -> float:
    """Seconds since a gesture last began, which it does at irregular times.

    From one beginning to the next it takes between the two times of `every_s`.
    """
    stretch_s = sum(every_s) / 2
    number = math.floor(now_s / stretch_s)
    # A beginning may lie before its stretch or after it.
    begins_s = (_begins_s(number + ahead, every_s, salt) for ahead in (1, 0, -1, -2))
    return now_s - next(begin_s for begin_s in begins_s if begin_s <= now_s)


@lru_cache(64)
def _begins_s(number: int, every_s: tuple[float, float], salt: str) -> float:
    low_s, high_s = every_s
    jitter_s = (high_s - low_s) / 4
    chance = random.Random(f"{salt} {number}").uniform(-1, 1)
    return (number + 0.5) * (low_s + high_s) / 2 + chance * jitter_s


def breath(now_s: float) -> float:
    """How far a breath raises the head, -1 to 1."""
    return math.sin(now_s / BREATH_S * math.tau)


def bump(since_s: float, length_s: float) -> float:
    """Up and down once, 0 to 1, over a length of time."""
    if not 0 <= since_s < length_s:
        return 0.0
    return math.sin(since_s / length_s * math.pi) ** 2


def nod(since_s: float) -> float:
    """How deep a nod is, 0 to 1: down, half up, down again, and up."""
    return max(bump(since_s, NOD_S / 2), 0.6 * bump(since_s - NOD_S / 2, NOD_S / 2))
