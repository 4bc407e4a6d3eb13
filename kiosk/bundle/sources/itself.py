"""What the booth says of itself: its status, its restarts, and what the doctor finds."""

import grp
import json
import os
import pwd
import sys

from kiosk.bundle.machine import Account, Machine, MissingError, run_as

STATUS = "run/kiosk/status.json"
RESTARTS = "run/kiosk/restarts.json"
USER = "kiosk"
GROUPS = ("audio", "video", "render", "input", "gpio")
"""Of kiosk.service, whose eyes the doctor needs."""
DOCTOR_S = 90.0


def status(machine: Machine) -> object:
    """Return the report of the running booth."""
    return _json(machine.read_booths(STATUS), "The booth's report")


def restarts(machine: Machine) -> object:
    """Return why the booth restarted itself."""
    return _json(machine.read_booths(RESTARTS), "The list of restarts")


def doctor(machine: Machine) -> object:
    """Return what `kiosk doctor` finds, as the booth's own user where that can be."""
    words = (sys.executable, "-m", "kiosk", "doctor", "--json")
    account = booths_account() if os.geteuid() == 0 else None
    said = run_as(account, words, DOCTOR_S) if account else machine.run(words, any_status=True)
    return _json(said, "What the doctor says")


def booths_account() -> Account | None:
    """Return the user of kiosk.service, None where it has not been made."""
    try:
        user = pwd.getpwnam(USER)
    except KeyError:
        return None
    groups = {each.gr_gid for each in grp.getgrall() if each.gr_name in GROUPS}
    return Account(user.pw_uid, user.pw_gid, tuple(sorted(groups | {user.pw_gid})))


def _json(text: str, what: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        raise MissingError(f"{what} is not JSON.") from None
    return value
