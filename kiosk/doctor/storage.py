"""Looks at the SD card or disk: whether there is room on it, and whether it is dying."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from kiosk.core.faults import Fault
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient

HOME = "var/lib/kiosk"
"""Where the booth keeps what lasts, below the root."""
LEAST_MIB = 200
"""With less, updates fail; what a booth itself writes is far below one."""
WORN = 10
"""Life of an eMMC in tenths, used up (`EXT_CSD_DEVICE_LIFE_TIME_EST`); 11 is beyond it."""
PRE_EOL = {2: "has used up 80 % of its spare blocks", 3: "has hardly any spare blocks left"}
"""`EXT_CSD_PRE_EOL_INFO`: 1 is normal, 0 untold."""

Free = Callable[[Path], float]
"""MiB that the booth's user may still write at a place; raises `OSError`."""


def free_mib(place: Path) -> float:
    """How much of the file system at a place is free for anybody."""
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize / 2**20


def space(patient: Patient, free: Free = free_mib) -> Iterator[Finding]:
    """Whether there is room where the booth keeps things, and on the whole."""
    home = patient.root / HOME
    told = {place: free(place) for place in (home, patient.root) if place.is_dir()}
    place, mib = min(told.items(), key=lambda each: each[1])
    if mib < LEAST_MIB:
        remedy = Fault.DISK_FULL.remedy
        yield Finding("warn", f"Only {mib:.0f} MiB are free at {place}.", remedy.do, remedy.code)
    else:
        yield Finding("pass", f"{mib / 1024:.1f} GiB are free.")


def health(patient: Patient) -> Iterator[Finding]:
    """Whether the kernel, or the card itself, tells of its end."""
    remedy = Fault.DISK_FAILING.remedy
    wrong = [*_errors(patient), *_wear(patient), *_read_only(patient)]
    for sentence in wrong:
        yield Finding("warn", sentence, remedy.do, remedy.code)
    if not wrong:
        yield Finding("pass", "Nothing tells of a failing card or disk.")


def _errors(patient: Patient) -> Iterator[str]:
    for path in patient.find("sys/fs/ext4/*/errors_count"):
        count = _number(patient.text(str(path)))
        if count:
            yield f"The file system on {path.parent.name} has had {count} errors."


def _wear(patient: Patient) -> Iterator[str]:
    for folder in patient.find("sys/block/mmcblk*/device"):
        name = folder.parent.name
        lives = [_number(word) for word in patient.text(str(folder / "life_time")).split()]
        if max(lives, default=0) >= WORN:
            yield f"The card {name} is worn out by its own account."
        spare = PRE_EOL.get(_number(patient.text(str(folder / "pre_eol_info"))))
        if spare:
            yield f"The card {name} {spare}."


def _read_only(patient: Patient) -> Iterator[str]:
    """Tell of a file system that the kernel has made read-only, whatever a unit sees of it."""
    best = ("", "rw")
    for line in patient.text("proc/self/mountinfo").splitlines():
        before, _, after = line.partition(" - ")
        place, options = before.split()[4:5], after.split()[2:3]
        if place and options and _is_above(place[0]) and len(place[0]) >= len(best[0]):
            best = (place[0], options[0])
    if "ro" in best[1].split(","):
        yield f"The file system at {best[0]} can only be read: the kernel has given it up."


def _is_above(mount: str) -> bool:
    return f"/{HOME}/".startswith(f"{mount.rstrip('/')}/")


def _number(text: str) -> int:
    """A number in tens, or in hexadecimal with 0x; 0 where it is none."""
    try:
        return int(text, 0)
    except ValueError:
        return 0
