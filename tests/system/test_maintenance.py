import pytest

from kiosk.host.control import CONTROL
from tests.system.booth import Booth
from tests.system.machine import until

pytestmark = pytest.mark.timeout(180)

READY = "Ready for a candidate"
IN_MAINTENANCE = "In maintenance"
POST = "from kiosk.host.outcome import tell; tell('doctor', 'fail', 'To mend: 1.')"
PYTHON = "/opt/kiosk/current/venv/bin/python"


def test_staff_take_the_booth_and_give_it_back(booth: Booth) -> None:
    booth.start_interviewer()
    booth.start()
    booth.until_status(READY)
    systemctl = booth.machine.run

    booth.press()
    booth.until_status("In an interview")
    systemctl("systemctl", "start", "kiosk-maintenance")
    until(lambda: "staff want the booth" in booth.messages(), booth.situation)
    assert "In an interview" in booth.shown()["StatusText"]
    waiting = systemctl("systemctl", "status", "--no-pager", "kiosk-maintenance")
    assert "as soon as nobody is in an interview" in waiting

    booth.stop()
    booth.start()
    booth.until_status(IN_MAINTENANCE)
    assert booth.shown()["ActiveState"] == "active"
    booth.press()
    assert not booth.calls()
    assert booth.shown()["StatusText"] == IN_MAINTENANCE

    systemctl("setpriv", "--reuid=kiosk", "--regid=kiosk", "--clear-groups", PYTHON, "-c", POST)
    booth.until_status(f"{IN_MAINTENANCE}; doctor failed: To mend: 1.")

    systemctl("systemctl", "stop", "kiosk-maintenance")
    booth.until_status(f"{READY}; doctor failed: To mend: 1.")
    booth.press()
    booth.until_status("In an interview")


def test_the_booth_cannot_shut_itself(booth: Booth) -> None:
    attempt = f"setpriv --reuid=kiosk --regid=kiosk --clear-groups touch {CONTROL}/maintenance"
    told = booth.machine.shell(f"{attempt} 2>&1 || true")
    assert "Permission denied" in told
