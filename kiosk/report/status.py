"""The one line that `systemctl status` shows (pure)."""

from kiosk.core.faults import Fault
from kiosk.core.snapshot import STAFF_PHASES, Phase, Snapshot

_LINES = {
    Phase.BOOTING: "Starting",
    Phase.IDLE: "Ready for a candidate",
    Phase.CHOOSING: "A candidate is choosing a language",
    Phase.CONSENTING: "A candidate is asked for consent",
    Phase.CONNECTING: "Calling the interviewer",
    Phase.RECONNECTING: "The line was lost, calling again",
    Phase.WRAPPING_UP: "Saying goodbye",
    Phase.FAREWELL: "The interview is over",
    Phase.WIPING: "Forgetting the last candidate",
    Phase.MAINTENANCE: "In maintenance",
    Phase.STOPPING: "Stopping",
}


def status_line(snapshot: Snapshot, minutes: int = 0) -> str:
    """What the booth is doing, what is wrong with its remedy, and what staff's units have to say.

    Never a word of an interview; `minutes` is for how long one has been going on.
    """
    line = _LINES.get(snapshot.phase, "Out of service")
    if snapshot.phase is Phase.CONVERSING:
        line = "In an interview" + (" with the stand-in" if snapshot.standin else "")
        line += f", question {snapshot.question} of {snapshot.questions}"
        line += f", for {minutes} min" if minutes else ""
        line += ", over a slow line" if snapshot.line == "slow" else ""
    elif snapshot.phase is Phase.RECONNECTING and snapshot.standin:
        line = "The line stays dead, calling the stand-in"
    elif snapshot.fault:
        line = f"{line} {told(snapshot.fault)}"
    mend = (*((snapshot.deaf,) if snapshot.deaf else ()), *snapshot.advice)
    notices = snapshot.notices if snapshot.phase in STAFF_PHASES else ()
    return "; ".join((line, *map(told, mend), *(each.told for each in notices)))


def told(fault: Fault) -> str:
    """A fault as staff read it in one line."""
    remedy = fault.remedy
    return f"[{remedy.code}] {remedy.what} {remedy.do}"
