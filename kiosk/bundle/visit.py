"""The command `kiosk bundle`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from kiosk.bundle.archive import name_of, pack
from kiosk.bundle.contents import Contents, collect
from kiosk.bundle.keeping import destination, forget, write
from kiosk.bundle.known import find_known
from kiosk.bundle.machine import Machine
from kiosk.bundle.redaction import Redaction
from kiosk.core.notices import Level
from kiosk.errors import CommandError, ExitStatus
from kiosk.host.notices import LEVELS
from kiosk.host.outcome import tell
from kiosk.host.stick import LABEL, Stick, UsbStick

NAME = "bundle"


@dataclass(frozen=True, slots=True)
class BundleOptions:
    """What a caller may choose."""

    out: Path | None = None
    """A file, or a folder; None is the working directory."""
    keep: int = 0
    """How many bundles stay in the folder; 0 is all."""
    stick: bool = False
    """Copy it onto a stick that is plugged in, and tell staff the result, as the unit does."""


def main(
    options: BundleOptions,
    machine: Machine | None = None,
    stick: Stick | None = None,
    collector: Callable[[Machine, Redaction], Contents] = collect,
) -> int:
    """Make a bundle; returns 0.  Raises `CommandError` where it cannot be written."""
    machine = machine or Machine()
    made_at = datetime.now(UTC)
    contents = collector(machine, Redaction(find_known(machine)))
    data = pack(contents, made_at, metadata.version("interview-booth"))
    path = destination(options.out, name_of(made_at))
    if not options.stick:
        write(path, data, place=str(path.parent))
        print(path)
        for name, why in contents.missing.items():
            print(f"missing: {name}: {why}")
        return ExitStatus.DONE
    return _for_staff(options, path, data, stick or UsbStick())


def _for_staff(options: BundleOptions, path: Path, data: bytes, stick: Stick) -> int:
    """Keep it here and copy it onto the stick; where one fails, the other is done all the same."""
    told = (_kept(options, path, data), _copied(path.name, data, stick))
    level = max((level for level, _ in told), key=list(LEVELS).index)
    tell(NAME, level, " ".join(text for _, text in told))
    return ExitStatus.NOTHING_TO_BE_DONE if level == "fail" else ExitStatus.DONE


def _kept(options: BundleOptions, path: Path, data: bytes) -> tuple[Level, str]:
    try:
        write(path, data, place=str(path.parent))
    except CommandError as error:
        return "fail", str(error)
    if options.keep:
        forget(path.parent, options.keep)
    return "pass", f"The bundle is {path}."


def _copied(name: str, data: bytes, stick: Stick) -> tuple[Level, str]:
    if not stick.is_there():
        return "pass", f"No stick {LABEL} is plugged in."
    try:
        with stick.mounted() as folder:
            write(folder / name, data, place=f"the stick {LABEL}")
    except CommandError as error:
        return "fail", str(error)
    return "pass", f"It is on the stick {LABEL} too, which may be pulled."
