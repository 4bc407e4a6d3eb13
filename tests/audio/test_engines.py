"""Which engine works, which waits and which is started when; in virtual time, without processes."""

import asyncio
import selectors
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio import engines, wire
from kiosk.audio.engines import (
    BACKOFF_S,
    HANG_CLOSED_S,
    HANG_OPEN_S,
    START_LIMIT_S,
    TRIES,
    WATCH_S,
    WELL_S,
    Engines,
)
from kiosk.audio.port import SoundReady
from kiosk.settings import AudioSettings

SETUP = wire.Setup(AudioSettings())


class _Jump(selectors.SelectSelector):
    """Waits by moving the loop's clock."""

    now_s = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        assert timeout is not None, "nothing will ever happen"
        self.now_s += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.jump = _Jump()
        super().__init__(self.jump)

    def time(self) -> float:
        return self.jump.now_s


class FakeProcess:
    """An engine that the test makes speak, hang and die, with the face of an `EngineProcess`."""

    made: "list[FakeProcess]"
    dies_at_once = False
    load_s = 0.5

    def __init__(
        self,
        _setup: wire.Setup,
        heed: Callable[["FakeProcess", wire.Message], None],
        ended: Callable[["FakeProcess", str], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._heed, self._ended = heed, ended
        self.pid = len(self.made)
        self.leaving = self.warm = self.gone = self.hangs = False
        self.began_s = self.heard_s = self._loop.time()
        self.patience_s: float | None = None
        self.served_s: float | None = None
        self.has_devices = False
        self.made.append(self)
        if self.dies_at_once:
            self._loop.call_later(0.01, self.die)
        else:
            self._loop.call_later(self.load_s, self.beat)

    def beat(self) -> None:
        if not self.leaving and not self.hangs:
            self.say(wire.Beat())
            self._loop.call_later(0.25, self.beat)

    def say(self, message: wire.Message) -> None:
        self.heard_s = self._loop.time()
        self.patience_s = message.patience_s if isinstance(message, wire.Beat) else None
        self._heed(self, message)

    def tell(self, message: wire.Message) -> bool:
        if isinstance(message, wire.Serve):
            assert not any(other.has_devices for other in self.made), "two have the devices"
            self.has_devices = True
        return not self.leaving

    def catch_up(self) -> None:
        return

    def kill(self, why: str) -> None:
        self.leaving = True
        self._loop.call_later(0.01, self._end, why)

    def retire(self) -> None:
        self.leaving = True
        self._loop.call_later(0.1, self._end, "")

    def die(self) -> None:
        self.leaving = True
        self._end("died")

    def _end(self, why: str) -> None:
        self.has_devices = False
        if not self.gone:
            self.gone = True
            self._ended(self, why)


class Owner:
    def __init__(self) -> None:
        self.is_open = False
        self.whys: list[str] = []
        self.heeded = 0
        self.engines: Engines

    def began(self) -> None:
        assert self.engines.tell(wire.Serve(1))

    def heed(self, _message: wire.Message) -> None:
        self.heeded += 1

    def lost(self, why: str) -> None:
        self.whys.append(why)


class Rig:
    def __init__(self) -> None:
        self.loop = VirtualLoop()
        self.owner = Owner()
        self.engines = self.owner.engines = Engines(self.owner)
        FakeProcess.made = []
        FakeProcess.dies_at_once = False

    @property
    def made(self) -> list[FakeProcess]:
        return FakeProcess.made

    @property
    def serving(self) -> FakeProcess:
        return next(p for p in self.made if p.pid == self.engines.pid)

    @property
    def spare(self) -> FakeProcess:
        return next(p for p in self.made if p.pid == self.engines.spare_pid)

    @property
    def living(self) -> list[FakeProcess]:
        return [p for p in self.made if not p.gone]

    def do(self, act: Callable[[], object]) -> None:
        async def run() -> None:
            act()

        self.loop.run_until_complete(run())

    def pass_s(self, seconds: float) -> None:
        self.loop.run_until_complete(asyncio.sleep(seconds))

    def start(self) -> None:
        self.do(lambda: self.engines.start(SETUP))


@pytest.fixture
def rig() -> Iterator[Rig]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "EngineProcess", FakeProcess)
        it = Rig()
        yield it
        it.loop.close()


def test_the_spare_is_started_when_the_first_has_spoken(rig: Rig) -> None:
    rig.start()
    rig.pass_s(FakeProcess.load_s - 0.1)
    assert len(rig.made) == 1
    rig.pass_s(5)
    assert [p.has_devices for p in rig.made] == [True, False]
    assert rig.spare is rig.made[1]


def test_the_spare_takes_over_at_once_and_is_replaced(rig: Rig) -> None:
    rig.start()
    rig.pass_s(5)
    first, second = rig.made
    rig.do(first.die)
    assert rig.serving is second
    assert rig.owner.whys == ["died"]
    assert rig.engines.restarts == 1
    rig.pass_s(5)
    assert rig.spare is rig.made[2]


def test_the_spare_waits_until_the_kernel_has_let_go_of_the_killed_one(rig: Rig) -> None:
    rig.start()
    rig.pass_s(5)
    first, second = rig.made
    rig.do(lambda: rig.engines.fail("takes no orders"))
    assert not second.has_devices
    rig.pass_s(0.02)
    assert rig.serving is second
    assert first.gone


def test_a_spare_that_dies_costs_no_sound(rig: Rig) -> None:
    rig.start()
    rig.pass_s(5)
    first, second = rig.made
    rig.do(second.die)
    rig.pass_s(5)
    assert rig.serving is first
    assert rig.spare is rig.made[2]
    assert rig.engines.restarts == 0
    assert not rig.owner.whys


def test_when_both_die_a_cold_one_is_put_to_work_as_soon_as_it_runs(rig: Rig) -> None:
    rig.start()
    rig.pass_s(5)
    rig.do(rig.made[1].die)
    rig.do(rig.made[0].die)
    rig.pass_s(0.001)
    assert rig.serving is rig.made[2]
    assert rig.serving.has_devices
    rig.pass_s(5)
    assert len(rig.living) == 2


@pytest.mark.parametrize(("is_open", "limit_s"), [(True, HANG_OPEN_S), (False, HANG_CLOSED_S)])
def test_one_that_hangs_is_replaced(rig: Rig, is_open: bool, limit_s: float) -> None:
    rig.start()
    rig.pass_s(5)
    first, second = rig.made
    rig.owner.is_open = is_open
    first.hangs = True
    rig.pass_s(limit_s - 0.3)
    assert rig.serving is first
    rig.pass_s(0.3 + 2 * WATCH_S)
    assert rig.serving is second
    assert "nothing" in rig.owner.whys[0]


def test_one_that_waits_for_a_driver_is_given_the_time_it_asked_for(rig: Rig) -> None:
    rig.start()
    rig.pass_s(5)
    rig.owner.is_open = True
    first = rig.serving
    first.hangs = True
    rig.do(lambda: first.say(wire.Beat(patience_s=4.0)))
    rig.pass_s(3.9)
    assert rig.serving is first
    rig.do(lambda: first.say(wire.Report(1, SoundReady())))
    rig.pass_s(HANG_OPEN_S + 2 * WATCH_S)
    assert rig.serving is not first, "any word ends it"


def test_one_that_never_says_a_word_is_given_up(rig: Rig) -> None:
    rig.start()
    rig.pass_s(FakeProcess.load_s / 2)
    rig.made[0].hangs = True
    rig.pass_s(START_LIMIT_S - 1)
    assert rig.serving is rig.made[0]
    rig.pass_s(2)
    assert rig.serving is rig.made[1]


def test_engines_that_die_of_their_start_do_not_spin(rig: Rig) -> None:
    FakeProcess.dies_at_once = True
    rig.start()
    rig.pass_s(60)
    assert len(rig.made) <= len(BACKOFF_S) + 60 / BACKOFF_S[-1]
    FakeProcess.dies_at_once = False
    rig.pass_s(BACKOFF_S[-1] + 5)
    assert len(rig.living) == 2


def test_one_after_the_other_that_dies_of_its_start_is_told(rig: Rig) -> None:
    FakeProcess.dies_at_once = True
    rig.start()
    assert not rig.engines.failing
    rig.pass_s(sum(BACKOFF_S) + 2 * BACKOFF_S[-1])
    assert len(rig.made) > TRIES
    assert rig.engines.failing
    FakeProcess.dies_at_once = False
    rig.pass_s(BACKOFF_S[-1] + 5)
    assert not rig.engines.failing, "it serves"
    rig.do(rig.serving.die)
    assert not rig.engines.failing, "one that served well is no failure"


def test_one_that_dies_in_a_driver_s_hands_is_the_device_s_fault(rig: Rig) -> None:
    rig.start()
    rig.pass_s(0.001)
    for _ in range(3 * TRIES):
        until_serving(rig)
        rig.do(lambda: rig.serving.say(wire.Beat(patience_s=4.0)))
        rig.do(rig.serving.die)
        assert not rig.engines.failing
    assert rig.engines.restarts == 3 * TRIES


def test_a_machine_that_gives_no_process_at_all_is_a_failure(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> FakeProcess:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(engines, "EngineProcess", none)
    rig.start()
    rig.pass_s(sum(BACKOFF_S) + 1)
    assert rig.engines.failing


def test_spares_that_die_blame_nobody_while_one_serves(rig: Rig) -> None:
    rig.start()
    rig.pass_s(FakeProcess.load_s + WELL_S + 0.5)
    FakeProcess.dies_at_once = True
    rig.do(rig.spare.die)
    rig.pass_s(60)
    assert len(rig.made) > TRIES
    assert not rig.engines.failing
    rig.do(rig.serving.die)
    rig.pass_s(60)
    assert rig.engines.failing


def until_serving(rig: Rig) -> None:
    """Wait until an engine has the devices."""
    while rig.engines.pid is None:
        rig.pass_s(0.01)


def test_fifty_that_served_well_are_each_replaced_at_once(rig: Rig) -> None:
    rig.start()
    for _ in range(50):
        rig.pass_s(2)
        successor = rig.spare
        rig.do(rig.serving.die)
        assert rig.serving is successor


def test_a_renewal_changes_the_process_and_is_no_death(rig: Rig) -> None:
    rig.start()
    rig.pass_s(5)
    first, second = rig.made
    rig.do(rig.engines.renew)
    assert not second.has_devices, "the old one still has them"
    rig.pass_s(0.2)
    assert rig.serving is second
    assert first.gone
    assert not rig.owner.whys
    assert rig.engines.restarts == 0


def test_a_renewal_waits_for_the_spare_and_for_the_end_of_the_conversation(rig: Rig) -> None:
    rig.start()
    rig.pass_s(FakeProcess.load_s + 0.1)
    rig.do(rig.engines.renew)
    assert rig.serving is rig.made[0]
    rig.pass_s(2)
    assert rig.serving is rig.made[1], "the spare was warm"
    rig.pass_s(2)
    rig.owner.is_open = True
    rig.do(rig.engines.renew)
    rig.pass_s(2)
    assert rig.serving is rig.made[1]
    rig.owner.is_open = False
    rig.do(rig.engines.turn_over)
    rig.pass_s(2)
    assert rig.serving is rig.made[2]
    rig.do(rig.engines.turn_over)
    rig.pass_s(2)
    assert rig.serving is rig.made[2], "asked for once, done once"


def test_a_machine_that_gives_no_process_is_asked_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> FakeProcess:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(engines, "EngineProcess", none)
    rig.start()
    rig.pass_s(3)
    monkeypatch.setattr(engines, "EngineProcess", FakeProcess)
    rig.pass_s(BACKOFF_S[-1] + 5)
    assert len(rig.living) == 2


@pytest.mark.parametrize("moment_s", [0.0, 0.3, 0.6, 5.0])
@pytest.mark.parametrize("trouble", ["none", "kill", "die", "renew"])
def test_a_stop_leaves_nobody_and_starts_nobody(rig: Rig, moment_s: float, trouble: str) -> None:
    rig.start()
    rig.pass_s(moment_s)
    if trouble == "kill":
        rig.do(lambda: rig.engines.fail("of no use"))
    elif trouble == "die" and rig.made:
        rig.do(rig.made[0].die)
    elif trouble == "renew":
        rig.do(rig.engines.renew)
    rig.loop.run_until_complete(rig.engines.stop())
    assert not rig.living
    made = len(rig.made)
    rig.pass_s(30)
    assert len(rig.made) == made


STEPS = st.one_of(
    st.sampled_from(
        ["die", "spare dies", "hang", "spare hangs", "fail", "renew", "open", "close", "crashing",
         "sound"]
    ),
    st.floats(0, 3),
)  # fmt: skip


@given(st.lists(STEPS, max_size=30))
def test_whatever_happens_one_works_and_one_waits_in_the_end(steps: list[str | float]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "EngineProcess", FakeProcess)
        rig = Rig()
        rig.start()
        for step in steps:
            if isinstance(step, float):
                rig.pass_s(step)
            else:
                rig.do(partial(_disturb, rig, step))
            assert len(rig.living) <= 3
        FakeProcess.dies_at_once = False
        rig.pass_s(3 * START_LIMIT_S)
        assert len(rig.living) == 2
        assert rig.serving.has_devices
        assert not rig.spare.has_devices
        heeded = rig.owner.heeded
        rig.pass_s(1)
        assert rig.owner.heeded > heeded
        rig.loop.run_until_complete(rig.engines.stop())
        assert not rig.living
        rig.loop.close()


def _disturb(rig: Rig, step: str) -> None:
    mine = [p for p in rig.living if p.pid == rig.engines.pid]
    others = [p for p in rig.living if p.pid != rig.engines.pid]
    chosen = others if step.startswith("spare") else mine
    if step.endswith(("die", "dies")):
        for process in chosen:
            process.die()
    elif step.endswith(("hang", "hangs")):
        for process in chosen:
            process.hangs = True
    elif step == "fail":
        rig.engines.fail("of no use")
    elif step == "renew":
        rig.engines.renew()
    elif step in ("open", "close"):
        rig.owner.is_open = step == "open"
        rig.engines.turn_over()
    else:
        FakeProcess.dies_at_once = step == "crashing"
