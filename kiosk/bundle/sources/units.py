"""The booth's units: as they are installed, how that differs from the release, and how they are."""

import difflib
from collections.abc import Iterator

from kiosk.bundle.machine import Machine, MissingError

UNITS = "kiosk*"
RELEASE = "opt/kiosk/current/systemd"
INSTALLED = "etc/systemd/system"
SHOWN = (
    *("Id", "LoadState", "ActiveState", "SubState", "Result", "UnitFileState", "NeedDaemonReload"),
    *("StatusText", "NRestarts", "ExecMainStatus", "ExecMainCode", "ActiveEnterTimestamp"),
    *("WatchdogTimestamp", "MemoryCurrent", "MemoryPeak", "CPUUsageNSec", "TasksCurrent"),
)
"""Of what systemd knows of a unit."""


def files(machine: Machine) -> str:
    """Return every unit file that systemd goes by, with its drop-ins; raises `MissingError`.

    One that another names and that is not installed is a failure of systemctl, and none of ours.
    """
    return machine.run(("systemctl", "cat", "--no-pager", UNITS), any_status=True)


def state(machine: Machine) -> str:
    """Return what `systemctl status` and `systemctl show` say; raises `MissingError`."""
    asked = (
        ("list-units", "--failed", "--plain"),
        ("list-timers", "--all"),
        ("status", "--all", "--lines=0", "--full", UNITS),
        ("show", "--all", f"--property={','.join(SHOWN)}", UNITS),
    )
    told = [machine.run(("systemctl", "--no-pager", *words), any_status=True) for words in asked]
    if not "".join(told).strip():
        raise MissingError("systemctl says nothing: systemd does not run here.")
    return "\n\n".join(told)


def differences(machine: Machine) -> str:
    """Return how the installed units differ from the release's, as `diff -u` tells it.

    Raises `MissingError` where there is no release.
    """
    if not (machine.root / RELEASE).is_dir():
        raise MissingError(f"There is no /{RELEASE} to compare with.")
    found = "\n".join(_differences(machine))
    return found or "The installed units are those of the release.\n"


def _differences(machine: Machine) -> Iterator[str]:
    shipped = {path.name: path for path in machine.find(f"{RELEASE}/kiosk*.*")}
    installed = {path.name: path for path in machine.find(f"{INSTALLED}/kiosk*.*")}
    for name in sorted(shipped.keys() | installed.keys()):
        if name.endswith(".d"):
            yield f"{name}: changes by hand, shown with the units"
        elif name not in installed:
            yield f"{name}: is not installed"
        elif name not in shipped:
            yield f"{name}: is not of the release"
        else:
            before, after = (
                machine.word(machine.within(each[name])) for each in (shipped, installed)
            )
            yield from difflib.unified_diff(
                before.splitlines(),
                after.splitlines(),
                f"release/{name}",
                f"installed/{name}",
                lineterm="",
            )
