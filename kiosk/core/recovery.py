"""Whether and when a call that failed is dialled again, and when the next candidate may come.

A network that lets nothing through is tried again soon: that burdens nobody, and the interview goes
on as soon as it is back.  A service that answers and cannot help is left alone for longer each
time.  No two booths of a hall that lost the same network keep the same step: each pause has its
own chance.
"""

from kiosk.core.faults import Fault
from kiosk.core.rules import Rules

SPREAD = 0.25
"""A pause is longer or shorter by up to this share of it."""
_MODULUS = 2**31


def next_chance(chance: int) -> int:
    """The number after this one in a fixed row of evenly spread ones below 2**31 (as in C)."""
    return (1103515245 * chance + 12345) % _MODULUS


def wait_s(
    rules: Rules,
    fault: Fault,
    tries: int,
    chance: int,
    *,
    answered: bool,
    retry_after_s: float = 0.0,
) -> float | None:
    """Seconds to wait before the next try; None where there is none.

    `tries` counts the calls of which the service knows since the interviewer was heard last;
    `answered` tells that the fault is its own word.
    """
    if not fault.remedy.retry or tries > rules.tries:
        return None
    pause_s = rules.redial_s
    if answered:
        pause_s = min(rules.busy_s * 2 ** max(0, tries - 1), rules.busiest_s)
    return max(retry_after_s, pause_s * _spread(chance))


def recheck_s(
    rules: Rules, fault: Fault, misses: int, chance: int, retry_after_s: float = 0.0
) -> float:
    """Seconds for which a booth stays out of service after an interview that a fault ended.

    `misses` counts such interviews since the interviewer was heard last, this one included.
    """
    first_s = rules.recheck_s if fault.remedy.retry else rules.mending_s
    pause_s: float = min(first_s * 2 ** max(0, misses - 1), rules.longest_recheck_s)
    return max(retry_after_s, pause_s * _spread(chance))


def _spread(chance: int) -> float:
    return 1 + SPREAD * (2 * chance / _MODULUS - 1)
