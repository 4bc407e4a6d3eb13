"""A booth of which something stands still, fails or crashes: the real program each time."""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.core.faults import Fault
from kiosk.errors import ExitStatus
from kiosk.host.restart_book import NAME, RestartBook
from kiosk.host.watchdog import END_LIMIT_S
from kiosk.life.heart import Part
from kiosk.life.restarts import RESTARTS, Cause, End
from tests.rigs.booth_process import DIRECT, RUN, BoothProcess, person, systemd, until

CONFIG = """
[realtime]
base_url = "http://127.0.0.1:9"
[audio]
backend = "file"
input = "file:"
output = "file:"
"""
BLOCKED = ("-m", "tests.rigs.blocked_booth")
WATCHDOG_S = 6
NO_SCREEN = "kmsdrm"
"""A driver that finds none on a machine where tests run."""
SHOWN = f"STATUS=Out of service [{Fault.GAVE_UP.remedy.code}]"


@contextmanager
def service(
    folder: Path, program: tuple[str, ...] = BLOCKED, screen: str = "offscreen"
) -> Iterator[BoothProcess]:
    environ = {
        "RUNTIME_DIRECTORY": str(folder),
        "WATCHDOG_USEC": str(WATCHDOG_S * 1_000_000),
        "KIOSK_SCREEN_DRIVER": screen,
    }
    with systemd(folder, CONFIG, environ, program) as booth:
        yield booth


def failures(folder: Path) -> dict[str, int]:
    counted: dict[str, int] = json.loads((folder / NAME).read_text())["failures"]
    return counted


def spend(folder: Path, cause: Cause = End.FAILED, times: int = RESTARTS) -> None:
    """Let booths have ended themselves so often."""
    for _ in range(times):
        RestartBook({"RUNTIME_DIRECTORY": str(folder)}).failed(cause)


@pytest.mark.parametrize("part", [Part.LOOP, Part.WINDOW])
def test_the_pings_stop_when_a_part_stands_still(tmp_path: Path, part: Part) -> None:
    with service(tmp_path) as booth:
        ready = booth.until("READY=1")
        booth.until("WATCHDOG=1", after=booth.until("WATCHDOG=1", after=ready))
        booth.order(part.name.lower())
        dead = booth.until("WATCHDOG=trigger")
        told = "\n".join(booth.lines[ready:dead])
        assert f"No sign of life any more: {part.value}." in told
        assert "Thread MainThread:" in told
        assert "Task telling:" in told
        assert failures(tmp_path) == {part.name.lower(): 1}
        assert booth.process.poll() is None, "systemd ends it"
        booth.process.send_signal(signal.SIGABRT)
        assert booth.wait() == -signal.SIGABRT
        assert not [line for line in booth.lines[dead:] if line == "WATCHDOG=1"]


def test_a_booth_that_can_do_nothing_any_more_says_no_word_and_is_counted_later(
    tmp_path: Path,
) -> None:
    with service(tmp_path) as booth:
        booth.until("READY=1")
        booth.order("python")
        until(lambda: is_silent(booth))
        booth.process.send_signal(signal.SIGABRT)
        assert booth.wait() == -signal.SIGABRT
        booth.until("Fatal Python error: Aborted")
        booth.until("_hold_the_lock")
        assert "WATCHDOG=trigger" not in booth.output
    assert failures(tmp_path) == {}
    with service(tmp_path, RUN) as booth:
        booth.until("READY=1")
        assert failures(tmp_path) == {"wordless": 1}
        booth.stop()
    assert failures(tmp_path) == {}, "a person has stopped it"


def is_silent(booth: BoothProcess) -> bool:
    told = len(booth.lines)
    time.sleep(WATCHDOG_S)
    return len(booth.lines) == told


def test_stacks_are_told_while_the_loop_stands_still(tmp_path: Path) -> None:
    secret = "sk-nobody-may-read-this"
    with person(tmp_path, CONFIG, {**DIRECT, "OPENAI_API_KEY": secret}, BLOCKED) as booth:
        booth.until("seconds since the start")
        booth.process.send_signal(signal.SIGUSR1)
        told = booth.until("Where everything stands:")
        booth.until("Thread live:", after=told)
        booth.until("Task token-keeper:", after=told)
        booth.order("loop")
        booth.process.send_signal(signal.SIGUSR1)
        again = booth.until("Where everything stands:", after=told)
        booth.until("Task token-keeper:", after=booth.until("Thread live:", after=again))
        assert secret not in booth.output


def test_a_booth_whose_window_stands_still_is_stopped_in_time(tmp_path: Path) -> None:
    with service(tmp_path) as booth:
        booth.until("READY=1")
        booth.order("window")
        assert booth.stop() < END_LIMIT_S + 1
        assert booth.wait() == ExitStatus.DONE
        assert failures(tmp_path) == {}


def test_a_part_that_fails_ends_the_booth_for_a_fresh_process(tmp_path: Path) -> None:
    with service(tmp_path) as booth:
        booth.until("READY=1")
        booth.order("part")
        assert booth.wait() == ExitStatus.RESTART, booth.output
        assert "a part of the booth failed" in booth.output
        assert f"{End.FAILED.value} (1 of {RESTARTS} since power-on)" in booth.output
    assert failures(tmp_path) == {"failed": 1}


def test_a_booth_that_failed_too_often_stays_up_and_runs_nothing(tmp_path: Path) -> None:
    spend(tmp_path)
    with service(tmp_path, RUN) as booth:
        ready = booth.until("READY=1")
        assert booth.until(SHOWN) < ready
        booth.until("WATCHDOG=1", after=booth.until("WATCHDOG=1", after=ready))
        assert booth.children() == []
        assert "booth" not in json.loads((tmp_path / NAME).read_text())["running"]
        booth.stop(signal.SIGHUP)
        assert booth.wait() == ExitStatus.RESTART
    with service(tmp_path, RUN) as booth:
        booth.until("READY=1")
        assert SHOWN not in booth.output, "a fresh try"
        booth.stop()


def test_a_booth_that_gave_up_is_given_a_fresh_try_by_a_restart(tmp_path: Path) -> None:
    spend(tmp_path, Part.WINDOW)
    with service(tmp_path, RUN) as booth:
        booth.until(SHOWN)
        assert booth.stop() < END_LIMIT_S
        assert booth.wait() == ExitStatus.DONE
    assert failures(tmp_path) == {}


def test_a_booth_that_gave_up_stays_up_though_its_screen_crashes(tmp_path: Path) -> None:
    spend(tmp_path)
    RestartBook({"RUNTIME_DIRECTORY": str(tmp_path)}).begin()
    with service(tmp_path, RUN, NO_SCREEN) as booth:
        ready = booth.until("READY=1")
        booth.until("WATCHDOG=1", after=booth.until("WATCHDOG=1", after=ready))
        assert booth.stop() < END_LIMIT_S
        assert booth.wait() == ExitStatus.DONE


def test_a_screen_that_is_off_uses_nothing_up(tmp_path: Path) -> None:
    for _ in range(RESTARTS + 1):
        with service(tmp_path, RUN, NO_SCREEN) as booth:
            assert booth.wait() == ExitStatus.RESTART
            assert "STATUS=" in booth.output
    assert failures(tmp_path) == {}
