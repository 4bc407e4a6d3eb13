"""A booth that stands still, crashes or fails, and its sound engines: in a real systemd."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.core.faults import Fault
from kiosk.host.restart_book import NAME
from kiosk.life.heart import Part
from kiosk.life.restarts import RESTARTS, End, Record, text_of
from tests.rigs.blocked_booth import PIPE_VARIABLE
from tests.system.booth import KEY, MICROPHONE, Booth
from tests.system.machine import until

pytestmark = pytest.mark.timeout(240)

Figure = Callable[[str], None]
READY = "Ready for a candidate"
GAVE_UP = f"[{Fault.GAVE_UP.remedy.code}]"
REPLACED_S = 2.0
WATCHDOG_S = 6
PROCESSES = 3
"""The booth, its sound engine, and the spare one."""
PYTHON = "/opt/kiosk/current/venv/bin/python"
PIPE = "/run/kiosk/breaking"
BREAKABLE = f"""
[Service]
WatchdogSec={WATCHDOG_S}
RestartSec=0.2
Environment={PIPE_VARIABLE}={PIPE}
"""
"""A watchdog that tests can wait for, and a way to break the booth from outside."""
COUNT = f"/run/kiosk/{NAME}"


@pytest.fixture
def ready(booth: Booth) -> Booth:
    """A booth that can be broken and waits for a candidate, beside an interviewer."""
    machine = booth.machine
    packages = machine.run(PYTHON, "-c", "import site; print(*site.getsitepackages())").split()[0]
    machine.shell(f"cp /mnt/tests/rigs/blocked_booth.py {packages}/breaking.py")
    machine.path(f"{packages}/breaking.pth").write_text("import breaking; breaking.by_pipe()\n")
    machine.shell("mkdir /etc/systemd/system/kiosk.service.d")
    machine.path("/etc/systemd/system/kiosk.service.d/test.conf").write_text(BREAKABLE)
    machine.run("systemctl", "daemon-reload")
    booth.start_interviewer()
    booth.start()
    booth.until_status(READY)
    return booth


def break_it(booth: Booth, way: str, restarts: int) -> None:
    """Break the booth, and wait until it is back after so many restarts in all."""
    before = booth.processes()
    booth.machine.path(PIPE).write_text(f"{way}\n")
    until(lambda: booth.shown()["NRestarts"] == str(restarts), booth.situation)
    until(lambda: any(text in status(booth) for text in (READY, GAVE_UP)), booth.situation)
    assert not before & booth.processes()


def status(booth: Booth) -> str:
    return booth.shown().get("StatusText", "")


def listener(booth: Booth) -> int:
    """Return the process that has the microphone open, as the machine counts; 0 for none."""
    for pid in (each.removeprefix("/proc/") for each in booth.processes()):
        folder = booth.machine.path(f"/proc/{pid}/fd")
        try:
            if any(str(each.readlink()) == MICROPHONE for each in folder.iterdir()):
                return int(pid)
        except FileNotFoundError:
            continue
    return 0


def replaced_after_s(booth: Booth, signal: str) -> float:
    """End the engine at work; return how long it took until another listens."""
    until(lambda: listener(booth) and len(booth.processes()) == PROCESSES, booth.situation)
    lost = listener(booth)
    booth.machine.shell(f"kill -{signal} {lost}")
    began_s = time.monotonic()
    until(lambda: listener(booth) not in (0, lost), booth.situation)
    return time.monotonic() - began_s


def until_pinged(booth: Booth) -> None:
    """Wait until systemd has heard again that the booth lives."""
    heard = booth.shown()["WatchdogTimestampMonotonic"]
    until(lambda: booth.shown()["WatchdogTimestampMonotonic"] != heard, booth.situation)


def test_an_engine_that_hangs_or_dies_is_replaced_and_nothing_else(
    ready: Booth, figure: Figure
) -> None:
    pid = ready.shown()["MainPID"]
    ready.press()
    ready.until_status("In an interview")
    for signal in ("STOP", "KILL"):
        took_s = replaced_after_s(ready, signal)
        assert took_s <= REPLACED_S
        figure(f"from SIG{signal} of the sound engine in an interview to the next: {took_s:.2f} s")
    shown = ready.shown()
    assert (shown["MainPID"], shown["NRestarts"]) == (pid, "0")
    assert "In an interview" in shown["StatusText"]

    ready.machine.run("systemctl", "kill", "--kill-whom=main", "--signal=USR1", "kiosk")
    until(lambda: "Task token-keeper:" in ready.messages(), ready.situation)
    journal = ready.journal()
    assert "Thread live:" in journal
    assert KEY not in journal
    assert "ek_" not in journal


def test_a_booth_that_does_not_live_is_begun_anew_only_so_often(
    ready: Booth, figure: Figure
) -> None:
    for restarts, part in enumerate((Part.LOOP, Part.WINDOW), start=1):
        began_s = time.monotonic()
        break_it(ready, part.name.lower(), restarts)
        took_s = time.monotonic() - began_s
        figure(f"{part.value}, watchdog of {WATCHDOG_S} s: ready again after {took_s:.1f} s")
        assert READY in status(ready)
        messages = ready.messages()
        assert f"No sign of life any more: {part.value}." in messages
        assert messages.count("Thread MainThread:") == restarts
        assert messages.count("Failed with result 'watchdog'") == restarts
        assert "left-over" not in messages
    for times in range(1, RESTARTS + 1):
        break_it(ready, "crash", 2 + times)
    assert f"The booth gives up: {End.WORDLESS.value}" in ready.messages()
    shown = ready.shown()
    assert (shown["ActiveState"], shown["SubState"]) == ("active", "running")
    assert GAVE_UP in shown["StatusText"]
    until(lambda: len(ready.processes()) == 1, ready.situation)
    for _ in range(2):
        until_pinged(ready)
    assert ready.shown()["MainPID"] == shown["MainPID"]
    assert ready.machine.run("find", "/var/lib/kiosk", "/run/kiosk", "-name", "core*") == ""

    ready.machine.run("systemctl", "reload", "kiosk")
    ready.until_status(READY)
    count = ready.machine.path(COUNT)
    spent = Record(json.loads(count.read_text())["boot"], failures={"window": RESTARTS})
    assert ready.stop() < 3.0
    assert not count.exists()
    ready.machine.shell(f"install -d -o kiosk -g kiosk {Path(COUNT).parent}")
    count.write_text(text_of(spent))
    ready.start()
    assert GAVE_UP in status(ready)
    ready.machine.run("systemctl", "restart", "kiosk")
    ready.until_status(READY)
    assert json.loads(count.read_text())["failures"] == {}
