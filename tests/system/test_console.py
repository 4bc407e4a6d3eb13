import pytest

from tests.system.booth import Booth
from tests.system.machine import until

pytestmark = pytest.mark.timeout(180)

READY = "Ready for a candidate"
TERMINAL = "/run/terminal"
HOLDER = f"""
import os, pty
ours, theirs = pty.openpty()
os.symlink(os.ttyname(theirs), '{TERMINAL}')
while True:
    with open('/run/said', 'ab') as said:
        said.write(os.read(ours, 4096))
"""
"""A terminal, as this machine has none: what appears on it is kept."""
SHORT = """
[Service]
TTYPath={terminal}
ExecStart=
{command}
"""


def test_who_asks_for_a_login_gets_one_and_then_the_booth_is_back(booth: Booth) -> None:
    machine = booth.machine
    machine.run("systemd-run", "--quiet", "--unit=terminal", "/usr/bin/python3", "-c", HOLDER)
    until(lambda: machine.shell(f"readlink {TERMINAL} || true"), booth.situation)
    unit = machine.path("/etc/systemd/system/kiosk-console.service").read_text()
    command = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    assert "--timeout 300" in command
    drop_in = machine.path("/etc/systemd/system/kiosk-console.service.d")
    drop_in.mkdir()
    terminal = machine.run("readlink", TERMINAL).strip()
    (drop_in / "here.conf").write_text(SHORT.format(terminal=terminal, command=command))
    machine.run("systemctl", "daemon-reload")

    booth.start_interviewer()
    booth.start()
    booth.until_status(READY)
    first = booth.shown()["MainPID"]
    ask(booth)
    until(lambda: "login:" in said(booth), booth.situation)
    assert booth.shown()["ActiveState"] == "inactive"
    assert booth.shown()["Result"] == "success"
    assert not booth.processes()
    assert not machine.path("/run/kiosk/console").exists()

    machine.run("systemctl", "stop", "kiosk-console")
    booth.until_status(READY)
    assert booth.shown()["MainPID"] != first
    assert state(booth) == "inactive"

    command = command.replace("--timeout 300", "--timeout 1")
    (drop_in / "here.conf").write_text(SHORT.format(terminal=terminal, command=command))
    machine.run("systemctl", "daemon-reload")
    second = booth.shown()["MainPID"]
    ask(booth)
    until(lambda: booth.shown()["MainPID"] not in ("0", second), booth.situation)
    booth.until_status(READY)
    assert state(booth) == "inactive"
    asked = booth.machine.run("journalctl", "--unit=kiosk-console", "--output=cat", "--no-pager")
    assert asked.count("Started ") == 2, "once for each time it was asked for"


def ask(booth: Booth) -> None:
    """Do what the booth does when it hears the keys."""
    as_booth = "setpriv --reuid=kiosk --regid=kiosk --clear-groups"
    booth.machine.shell(f"{as_booth} touch /run/kiosk/console")


def said(booth: Booth) -> str:
    """What is on the terminal."""
    return booth.machine.shell("cat /run/said 2>/dev/null || true")


def state(booth: Booth) -> str:
    return booth.machine.run(
        "systemctl", "show", "--value", "-p", "ActiveState", "kiosk-console"
    ).strip()
