import ctypes
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.host.systemd import Notifier
from kiosk.host.watchdog import STACKS_SIGNAL, Watchdog, watchdog_s
from kiosk.life.heart import Part
from tests.rigs.booth_process import until

LIMIT_S = 0.9
STACKS = "Where everything stands:"
QUICK = {"WATCHDOG_USEC": f"{LIMIT_S * 1e6:.0f}"}


class Manager(Notifier):
    """Remembers what it was told."""

    def __init__(self) -> None:
        super().__init__({})
        self.told: list[str] = []
        self._send = self.told.append


@pytest.fixture(autouse=True)
def _faulthandler_stays_with_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faulthandler.enable", lambda: None)


@pytest.fixture
def make() -> Iterator[Callable[..., Watchdog]]:
    started: list[Watchdog] = []

    def make(
        manager: Manager,
        environ: Mapping[str, str],
        failed: Callable[[Part], None] = lambda _: None,
    ) -> Watchdog:
        watchdog = Watchdog(manager, environ, failed=failed)
        started.append(watchdog)
        return watchdog

    yield make
    for each in started:
        each.stop()


@pytest.mark.parametrize(
    ("environ", "limit_s"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "20000000"}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": str(os.getpid())}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "me"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "-1"}, None),
        ({"WATCHDOG_USEC": "1" * 5000}, None),
    ],
)
def test_the_service_manager_says_whether_it_waits(
    environ: Mapping[str, str], limit_s: float | None
) -> None:
    assert watchdog_s(environ) == limit_s


@given(st.text(), st.text())
def test_whatever_the_environment_says_is_read(usec: str, pid: str) -> None:
    limit_s = watchdog_s({"WATCHDOG_USEC": usec, "WATCHDOG_PID": pid})
    assert limit_s is None or limit_s > 0


def test_a_living_booth_is_told_again_and_again(make: Callable[..., Watchdog]) -> None:
    manager = Manager()
    make(manager, QUICK).start()
    until(lambda: len(manager.told) > 3)
    assert set(manager.told) == {f"WATCHDOG=1\nEXTEND_TIMEOUT_USEC={LIMIT_S * 1e6:.0f}"}
    manager.ready()
    until(lambda: manager.told.count("WATCHDOG=1") > 3)
    assert "WATCHDOG=trigger" not in manager.told


def test_a_part_that_stands_still_ends_the_pings_and_is_told_once(
    make: Callable[..., Watchdog], caplog: pytest.LogCaptureFixture
) -> None:
    manager = Manager()
    failed: list[Part] = []
    watchdog = make(manager, QUICK, failed.append)
    manager.ready()
    watchdog.heart.begin(Part.WINDOW)
    watchdog.heart.beat(Part.WINDOW)
    watchdog.start()
    until(lambda: "WATCHDOG=trigger" in manager.told)
    watchdog.heart.beat(Part.WINDOW)
    turn(caplog, 10)
    assert manager.told[-1] == "WATCHDOG=trigger"
    assert manager.told.count("WATCHDOG=trigger") == 1
    assert failed == [Part.WINDOW]
    assert "No sign of life any more: the window stood still." in caplog.text
    assert "Thread MainThread:" in caplog.text
    critical = [each for each in caplog.records if each.levelno == logging.CRITICAL]
    assert len(critical) == 1


def turn(caplog: pytest.LogCaptureFixture, times: int) -> None:
    """Have the thread go round at least so often."""
    for _ in range(times):
        turn_once(caplog)


def turn_once(caplog: pytest.LogCaptureFixture) -> None:
    told = caplog.text.count(STACKS)
    os.kill(os.getpid(), STACKS_SIGNAL)
    until(lambda: caplog.text.count(STACKS) > told)


def test_without_a_service_manager_nobody_is_given_up(
    make: Callable[..., Watchdog], caplog: pytest.LogCaptureFixture
) -> None:
    manager = Manager()
    watchdog = make(manager, {})
    manager.ready()
    watchdog.heart.begin(Part.LOOP)
    watchdog.heart.beat(Part.LOOP)
    watchdog.start()
    turn(caplog, 5)
    assert manager.told == ["READY=1"]


def test_stacks_are_told_while_the_main_thread_stands_still(
    make: Callable[..., Watchdog], caplog: pytest.LogCaptureFixture
) -> None:
    """Nor does it stand still in Python, where a signal would be dealt with, but in a driver."""
    make(Manager(), {}).start()
    libc, mutex = ctypes.CDLL(None), ctypes.create_string_buffer(64)

    def let_go() -> None:
        try:
            until(lambda: STACKS in caplog.text)
        finally:
            libc.pthread_mutex_unlock(mutex)

    friend = threading.Thread(target=let_go)
    libc.pthread_mutex_lock(mutex)
    friend.start()
    os.kill(os.getpid(), STACKS_SIGNAL)
    libc.pthread_mutex_lock(mutex)
    friend.join()
    assert "test_stacks_are_told_while" in caplog.text


def test_others_hear_signals_too(make: Callable[..., Watchdog]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda _, __: None)
    try:
        watchdog = make(Manager(), {})
        heard: list[str] = []
        watchdog.hear(signal.SIGTERM, lambda: heard.append("first"))
        watchdog.hear(signal.SIGTERM, lambda: heard.append("second"))
        watchdog.start()
        os.kill(os.getpid(), signal.SIGTERM)
        until(lambda: len(heard) == 2)
        assert heard == ["first", "second"]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_signals_are_handed_back() -> None:
    before = signal.getsignal(STACKS_SIGNAL)
    watchdog = Watchdog(Manager(), {})
    watchdog.start()
    assert signal.getsignal(STACKS_SIGNAL) is not before
    watchdog.stop()
    assert signal.getsignal(STACKS_SIGNAL) is before
    assert signal.set_wakeup_fd(-1) == -1
