import os
from dataclasses import dataclass, field

import pytest

from kiosk.standin.ears import Ears
from kiosk.stepping_back import step_back


@dataclass
class Kernel:
    """The rule for a process without CAP_SYS_NICE: niceness only grows."""

    niceness: int
    set_to: list[int] = field(default_factory=list)

    def getpriority(self, _: int, __: int) -> int:
        return self.niceness

    def setpriority(self, _: int, __: int, niceness: int) -> None:
        if niceness < self.niceness:
            raise PermissionError
        self.niceness = niceness
        self.set_to.append(niceness)


def kernel(monkeypatch: pytest.MonkeyPatch, niceness: int) -> Kernel:
    rules = Kernel(niceness)
    monkeypatch.setattr(os, "getpriority", rules.getpriority)
    monkeypatch.setattr(os, "setpriority", rules.setpriority)
    return rules


@pytest.mark.parametrize(("inherited", "niceness"), [(-11, 2), (0, 2), (2, 2), (5, 5), (19, 19)])
def test_niceness_only_grows(
    monkeypatch: pytest.MonkeyPatch, inherited: int, niceness: int
) -> None:
    rules = kernel(monkeypatch, inherited)
    step_back(2)
    assert rules.set_to == [niceness]


def test_what_the_kernel_refuses_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: int) -> None:
        raise PermissionError

    kernel(monkeypatch, 0)
    monkeypatch.setattr(os, "setpriority", refuse)
    step_back(2)


async def test_ears_hear_in_a_process_that_is_nicer_than_they_want(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = kernel(monkeypatch, 10)
    ears = Ears(nice=2)
    monkeypatch.setattr(Ears, "_hear", lambda *_: "words")
    try:
        await ears.warm_up()
    finally:
        ears.close()
    assert rules.set_to == [10]
