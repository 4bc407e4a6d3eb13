"""Looks at the machine's date: a Raspberry Pi has no clock that goes on without power."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from kiosk.core.faults import Fault
from kiosk.doctor.finding import Finding
from kiosk.doctor.network import is_local
from kiosk.doctor.patient import Patient

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""This software is not run before and after."""
SYNCHRONIZED = "run/systemd/timesync/synchronized"
"""There from the moment on at which systemd-timesyncd has set the clock in this boot."""


def clock(patient: Patient, now_s: Callable[[], float] = time.time) -> Iterator[Finding]:
    """Whether the date can be right, and whether the network has set it."""
    told_s = now_s()
    if not EARLIEST.timestamp() <= told_s < LATEST.timestamp():
        remedy = Fault.CLOCK.remedy
        what = f"The clock says {_date(told_s)}, which cannot be."
        if is_local(patient):
            yield Finding("warn", what, remedy.do)
        else:
            yield Finding("fail", what, remedy.do, remedy.code)
    elif (patient.root / SYNCHRONIZED).exists():
        yield Finding("pass", "The clock was set by the network.")
    else:
        what = f"The network has not set the clock; it says {_date(told_s)}."
        do = "See that this is right, and that the network lets UDP port 123 (NTP) through."
        yield Finding("warn", what, do)


def _date(unix_s: float) -> str:
    try:
        return f"{datetime.fromtimestamp(unix_s, UTC):%Y-%m-%d %H:%M} UTC"
    except (OverflowError, OSError, ValueError):
        return "no date"
