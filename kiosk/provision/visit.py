"""The command `kiosk provision`."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.errors import CommandError, ExitStatus
from kiosk.host import credentials
from kiosk.host.outcome import tell
from kiosk.host.running import read_status
from kiosk.host.stick import LABEL, Stick, UsbStick
from kiosk.host.systemd import Notifier
from kiosk.provision.files import look
from kiosk.provision.memory import Memory
from kiosk.provision.parcels import Machine, Report, take

NAME = "provision"
BOOT = ("boot/firmware", "boot")
"""Where the boot partition is, on a newer and on an older Raspberry Pi OS."""
BOOT_PLACE = "Boot partition"
STICK_PLACE = f"Stick {LABEL}"
BOOTH = "kiosk.service"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an import works on; tests replace all of it."""

    machine: Machine = field(default_factory=Machine)
    stick: Stick = field(default_factory=UsbStick)
    renew: Callable[[], object] = credentials.renew
    is_root: Callable[[], bool] = lambda: os.geteuid() == 0


def main(*, again: bool, surroundings: Surroundings | None = None) -> int:
    """Import what is new, tell staff, and have the booth take it up.

    `again` also what was imported before.  Returns 0, or 69 when something could not be imported.
    """
    around = surroundings or Surroundings()
    if not around.is_root():
        raise CommandError(["Only root can do this: systemctl start kiosk-provision"])
    memory = Memory(around.machine.root)
    reports = [*_boot(around, memory, again=again), *_stick(around, memory, again=again)]
    wrong = [each for report in reports for each in report.wrong]
    _take_up(around, reports)
    for sentence in wrong if len(wrong) > 1 else ():
        print(sentence)
    text = " ".join(filter(None, map(_told, reports)))
    if text:
        tell(NAME, "fail" if wrong else "pass", text)
    else:
        _say_quietly(f"Nothing new on the boot partition, and no stick {LABEL}.")
    return ExitStatus.NOTHING_TO_BE_DONE if wrong else ExitStatus.DONE


def _boot(around: Surroundings, memory: Memory, *, again: bool) -> Iterator[Report]:
    root = around.machine.root
    top = next((root / place for place in BOOT if (root / place).is_dir()), None)
    if top is not None:
        yield _from(top, BOOT_PLACE, around, memory, again=again)


def _stick(around: Surroundings, memory: Memory, *, again: bool) -> Iterator[Report]:
    if not around.stick.is_there():
        return
    report = Report(STICK_PLACE)
    try:
        with around.stick.mounted() as top:
            report = _from(top, STICK_PLACE, around, memory, again=again)
    except CommandError as error:
        report.wrong += error.sentences
    yield report


def _from(top: Path, place: str, around: Surroundings, memory: Memory, *, again: bool) -> Report:
    try:
        found = look(top)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        return Report(place, wrong=[f"It cannot be read: {reason}."])
    return take(found, place, around.machine, memory, again=again)


def _told(report: Report) -> str:
    """What staff read of one place; nothing of a boot partition that holds nothing new."""
    parts = []
    if report.done:
        parts.append(f"imported {', '.join(report.done)}.")
    if report.wrong:
        more = f" (and {len(report.wrong) - 1} more mistakes)" if len(report.wrong) > 1 else ""
        parts.append(f"{report.wrong[0]}{more}")
    if report.waiting:
        parts.append(f"{', '.join(report.waiting)}: systemctl restart kiosk.")
    if not parts and report.place == STICK_PLACE:
        parts.append("nothing new." if report.same else "nothing to import.")
    return f"{report.place}: {' '.join(parts)}" if parts else ""


def _take_up(around: Surroundings, reports: list[Report]) -> None:
    """Have the running booth go by what is new; nobody's interview is cut off.

    What only a restart takes up stays in the reports where there is none.
    """
    if any(report.key for report in reports):
        around.renew()
    waiting = any(report.waiting for report in reports)
    programs = around.machine.programs
    changed = any(report.settings or report.key for report in reports)
    if changed and programs(("systemctl", "--quiet", "is-active", BOOTH)):
        status = read_status(around.machine.root)
        free = status is not None and not status["in_interview"]
        verb = "try-restart" if waiting and free else "reload"
        # Without waiting: when the machine starts, the booth itself waits for this unit.
        programs(("systemctl", "--no-block", verb, BOOTH))
        if not (waiting and not free):
            _forget_waiting(reports)
    else:
        _forget_waiting(reports)


def _forget_waiting(reports: list[Report]) -> None:
    for report in reports:
        report.waiting = ()


def _say_quietly(text: str) -> None:
    """Not on the booth's screen: that is how it is at nearly every start."""
    print(text)
    Notifier(os.environ).status(text)
