"""The doctor as a unit of a real machine, beside a booth that runs."""

import json
from collections.abc import Callable

import pytest

from tests.system.booth import Booth
from tests.system.machine import until

pytestmark = pytest.mark.timeout(180)

READY = "Ready for a candidate"
NOTICE = "/run/kiosk-control/notices/doctor.json"
EXPOSURE = 2.2


def visit(booth: Booth) -> tuple[int, str, dict[str, str]]:
    """Start the unit; return how that ended, what staff read of it, and what systemd knows."""
    ended = booth.machine.shell(
        "systemctl start kiosk-doctor >/run/said 2>&1 && echo 0 || echo $?"
    ).strip()
    read = booth.machine.shell("systemctl status --no-pager --full kiosk-doctor || true")
    shown = booth.machine.run("systemctl", "show", "kiosk-doctor").splitlines()
    return int(ended), read, dict(line.split("=", 1) for line in shown if "=" in line)


def notice(booth: Booth) -> dict[str, object]:
    told: dict[str, object] = json.loads(booth.machine.path(NOTICE).read_text())
    return told


def test_a_visit_beside_a_running_booth_and_what_it_finds(
    booth: Booth, figure: Callable[[str], None]
) -> None:
    booth.start_interviewer()
    booth.start()
    booth.until_status(READY)
    pid = booth.shown()["MainPID"]

    ended, read, shown = visit(booth)
    assert (ended, shown["Result"]) == (0, "success"), read
    assert "To mend: 0." in shown["StatusText"]
    assert read.count("To mend: 0.") == 2, "in the status, and in the last lines"
    assert notice(booth)["level"] in ("pass", "warn")
    said = booth.machine.run("journalctl", "--unit=kiosk-doctor", "--output=cat", "--no-pager")
    for line in ("pass  key", "pass  HTTPS", "pass  unit files", "pass  button", "skip  sound"):
        assert line in said
    assert "Traceback" not in said
    took = booth.machine.run("systemd-analyze", "security", "--no-pager", "kiosk-doctor")
    exposure = float(took.splitlines()[-1].split(":")[1].split()[0])
    assert exposure <= EXPOSURE
    figure(f"exposure of kiosk-doctor.service: {exposure}")

    with booth.machine.path("/etc/kiosk/environment").open("a") as file:
        file.write("KIOSK_BUTTON_SOURCES=gpio\n")
    with booth.machine.path("/etc/systemd/system/kiosk-standin.service").open("a") as file:
        file.write("# somebody was here\n")
    ended, read, shown = visit(booth)
    assert ended != 0
    assert (shown["Result"], shown["ExecMainStatus"]) == ("exit-code", "69")
    assert "To mend: 1." in shown["StatusText"]
    assert "fail  button" in read
    assert "[BTN1]" in read
    assert "systemctl status kiosk-doctor" in booth.machine.path("/run/said").read_text()
    assert notice(booth)["level"] == "fail"
    assert booth.shown()["MainPID"] == pid, "the booth does not mind"

    booth.machine.run("systemctl", "restart", "kiosk")
    booth.until_status("[UNT1]")
    assert "kiosk-standin.service" in booth.messages()
    until(lambda: "[BTN1]" in booth.shown()["StatusText"], booth.situation)
