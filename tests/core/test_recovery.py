"""How long the booth waits before it dials again."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.faults import Fault
from kiosk.core.recovery import SPREAD, next_chance, recheck_s, wait_s
from kiosk.core.rules import Rules

RULES = Rules()
CHANCES = st.integers(0, 2**31 - 1)
TRIES = st.integers(0, RULES.tries)
RETRIED = st.sampled_from([fault for fault in Fault if fault.remedy.retry])
FATAL = st.sampled_from([fault for fault in Fault if not fault.remedy.retry])


@given(FATAL, TRIES, CHANCES, st.floats(0, 300), st.booleans())
def test_what_trying_cannot_mend_is_not_tried(
    fault: Fault, tries: int, chance: int, retry_after_s: float, answered: bool
) -> None:
    waited_s = wait_s(RULES, fault, tries, chance, answered=answered, retry_after_s=retry_after_s)
    assert waited_s is None


@given(RETRIED, CHANCES, st.booleans())
def test_the_service_is_not_called_for_ever(fault: Fault, chance: int, answered: bool) -> None:
    assert wait_s(RULES, fault, RULES.tries + 1, chance, answered=answered) is None


@given(RETRIED, TRIES, CHANCES)
def test_a_network_is_tried_again_soon_however_often(fault: Fault, tries: int, chance: int) -> None:
    waited_s = wait_s(RULES, fault, tries, chance, answered=False)
    assert waited_s is not None
    assert abs(waited_s - RULES.redial_s) <= RULES.redial_s * SPREAD


@given(RETRIED, CHANCES)
def test_a_busy_service_is_left_alone_for_longer_each_time(fault: Fault, chance: int) -> None:
    waits = [wait_s(RULES, fault, n, chance, answered=True) or 0 for n in range(1, RULES.tries + 1)]
    assert all(after > before for before, after in pairwise(waits))
    assert waits[-1] <= RULES.busiest_s * (1 + SPREAD)


@given(RETRIED, TRIES, CHANCES, st.floats(0, 300))
def test_the_service_is_not_called_before_it_wants_to_be(
    fault: Fault, tries: int, chance: int, retry_after_s: float
) -> None:
    waited_s = wait_s(RULES, fault, tries, chance, answered=True, retry_after_s=retry_after_s)
    assert (waited_s or 0) >= retry_after_s


@given(st.sampled_from(list(Fault)), st.integers(1, 20), CHANCES)
def test_a_booth_looks_again_ever_later_but_within_a_bound(
    fault: Fault, misses: int, chance: int
) -> None:
    waited_s = recheck_s(RULES, fault, misses, chance)
    first_s = RULES.recheck_s if fault.remedy.retry else RULES.mending_s
    assert first_s * (1 - SPREAD) <= waited_s <= RULES.longest_recheck_s * (1 + SPREAD)
    assert recheck_s(RULES, fault, misses + 1, chance) >= waited_s


def test_two_booths_do_not_keep_step() -> None:
    chances = [1, 2]
    waits: list[set[float | None]] = []
    for _ in range(5):
        chances = [next_chance(chance) for chance in chances]
        waits.append(
            {wait_s(RULES, Fault.UNREACHABLE, 0, chance, answered=False) for chance in chances}
        )
    assert all(len(each) == 2 for each in waits)


@given(CHANCES)
def test_chances_stay_in_their_range(chance: int) -> None:
    assert 0 <= next_chance(chance) < 2**31
