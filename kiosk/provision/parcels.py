"""What can be imported, each as a whole or not at all: the settings, the Wi-Fi, the key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kiosk.config import service_of
from kiosk.errors import CommandError
from kiosk.host import credentials
from kiosk.provision import key, network
from kiosk.provision.files import INTERVIEWS, KEY, SETTINGS, THEMES, WIFI, Found
from kiosk.provision.memory import Memory, digest
from kiosk.provision.wifi import read_wifi
from kiosk.secret import Secret


@dataclass(frozen=True, slots=True)
class Machine:
    """What an import changes; tests replace all of it."""

    root: Path = Path("/")
    programs: network.Call = network.call
    seal: Callable[[Secret, str, Path], object] = credentials.seal


@dataclass(slots=True)
class Report:
    """What came of one place."""

    place: str
    """What staff call it."""
    done: list[str] = field(default_factory=list)
    """What was imported."""
    wrong: list[str] = field(default_factory=list)
    """A sentence for everything that was not."""
    same: bool = False
    """Something is there that was imported before."""
    settings: bool = False
    key: bool = False
    waiting: tuple[str, ...] = ()
    """Settings that take a restart."""


Taker = Callable[[Machine, Mapping[str, bytes], Found, Report], None]


def _settings(machine: Machine, files: Mapping[str, bytes], found: Found, report: Report) -> None:
    # Reading interviews and themes takes the screen's libraries, which a start without any lacks.
    from kiosk.provision import settings  # noqa: PLC0415

    new_key = partial(_seal, machine, found, report) if KEY in found.files else None
    changed, report.waiting = settings.take_over(machine.root, files, new_key)
    report.settings = bool(changed)
    report.done.append(f"settings ({', '.join(changed) or 'as they were'})")


def _wifi(machine: Machine, files: Mapping[str, bytes], _: Found, report: Report) -> None:
    wifi = read_wifi(files[WIFI])
    network.take_over(machine.root, wifi, machine.programs)
    networks = f"{len(wifi.networks)} network{'s' if len(wifi.networks) > 1 else ''}"
    report.done.append(f"Wi-Fi ({networks}, {wifi.country})")


def _seal(machine: Machine, found: Found, report: Report, service: str) -> None:
    machine.seal(key.read(found.files[KEY]), service, machine.root)
    report.key = True


def _key(machine: Machine, files: Mapping[str, bytes], found: Found, report: Report) -> None:
    del files
    if not report.key and report.wrong and SETTINGS in found.files:
        raise CommandError([f"{KEY} stays there until {SETTINGS} is in order."])
    if not report.key:
        _seal(machine, found, report, service_of(machine.root / "etc/kiosk" / SETTINGS))
    try:
        key.erase(found.places[KEY])
    except OSError as error:
        reason = error.strerror or "unknown reason"
        report.done.append("key")
        raise CommandError([f"{KEY} is sealed, but not deleted: {reason}. Delete it!"]) from None
    report.done.append("key, which is deleted there")


PARCELS: Mapping[str, tuple[tuple[str, ...], Taker]] = {
    "settings": ((INTERVIEWS, THEMES, SETTINGS), _settings),
    "key": ((KEY,), _key),
    "Wi-Fi": ((WIFI,), _wifi),
}
"""By name, with the files and folders that belong to it.

The settings come before the key, which is sealed for the service that they name, and both before
the Wi-Fi, whose programs may take long.
"""
NEVER_REMEMBERED = frozenset({"key"})
"""It is gone from where it was; one that is there again is to be sealed again."""


def take(found: Found, place: str, machine: Machine, memory: Memory, *, again: bool) -> Report:
    """Import everything that is in order and new; `again` also what was imported before."""
    report = Report(place)
    for parcel, (names, taker) in PARCELS.items():
        wrong = [sentence for name in names for sentence in found.wrong.get(name, ())]
        files = {
            name: data for name, data in found.files.items() if name.partition("/")[0] in names
        }
        mark = digest(files)
        if wrong:
            report.wrong += wrong
        elif files and not again and memory.holds(place, parcel, mark):
            report.same = True
        elif files:
            mistakes = _mistakes(taker, machine, files, found, report)
            report.wrong += mistakes
            if parcel not in NEVER_REMEMBERED and not mistakes:
                memory.keep(place, parcel, mark)
    return report


def _mistakes(
    taker: Taker, machine: Machine, files: Mapping[str, bytes], found: Found, report: Report
) -> tuple[str, ...]:
    try:
        taker(machine, files, found, report)
    except CommandError as error:
        return error.sentences
    return ()
