"""What a call is told of its liveness, and when it stops asking."""

import pytest

from kiosk.core.snapshot import Hearing
from kiosk.realtime import liveness
from kiosk.realtime.listening import Listening


class Clocked:
    """A path whose questions take a second each, for a clock that moves with them."""

    def __init__(self, answered: int) -> None:
        self.now_s = 100.0
        self.told: list[Hearing] = []
        self.asked = 0
        self.answered = answered
        """So many questions are answered, the first ones."""
        self.most = 1000
        """After so many there is no way any more."""
        self.listening = Listening(lambda hearing, _: self.told.append(hearing), lambda: self.now_s)

    def ask(self) -> bool:
        if self.asked == self.most:
            return False
        self.asked += 1
        self.now_s += 0.5
        if self.asked <= self.answered:
            self.listening.answered(self.now_s)
        return True


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASK_S", "SEARCH_S"):
        monkeypatch.setattr(liveness, name, 0.0)


async def test_tells_each_change_once_and_at_once_what_is_heard_again() -> None:
    path = Clocked(answered=1)
    path.most = 10
    await path.listening.run(path)
    assert path.told == ["slow", "dark"]
    path.listening.heard()
    assert path.told == ["slow", "dark", "slow"]


async def test_ends_where_there_is_no_way_any_more() -> None:
    path = Clocked(answered=5)
    path.most = 5
    await path.listening.run(path)
    assert path.told == []
