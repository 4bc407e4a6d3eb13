"""Looks whether what was installed is still what this release brought."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from kiosk.core.faults import Fault
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.places import ROOT

UNITS = "etc/systemd/system"
PLACES: Mapping[str, str] = {
    **{f"*.{kind}": UNITS for kind in ("service", "socket", "path", "timer", "target")},
    **{
        f"{folder}/*.conf": f"etc/{target}"
        for folder, target in (
            ("sysusers.d", "sysusers.d"),
            ("tmpfiles.d", "tmpfiles.d"),
            ("journald.conf.d", "systemd/journald.conf.d"),
            ("system.conf.d", "systemd/system.conf.d"),
            ("NetworkManager/conf.d", "NetworkManager/conf.d"),
        )
    },
    "polkit-1/rules.d/*.rules": "etc/polkit-1/rules.d",
    "udev/rules.d/*.rules": "etc/udev/rules.d",
}
"""Files of the release's `systemd`, and where they are installed, below the root."""
DROP_INS = ("etc/systemd/system/kiosk*.d/*.conf", "run/systemd/system/kiosk*.d/*.conf")
REMEDY = Fault.UNITS_CHANGED.remedy
RELOAD = "systemctl daemon-reload"
ASK_S = 5.0
"""Longest that systemd may take to answer."""

Ask = Callable[[Patient], str]
"""Returns `Id` and `NeedDaemonReload` of units as `systemctl show` writes them; may be empty."""


def ask_systemd(patient: Patient) -> str:
    """Ask the systemd of this machine; nothing where `root` is another one, or it has none."""
    if patient.root != Path("/") or not Path("/run/systemd/system").is_dir():
        return ""
    words = ["systemctl", "show", "--property=Id,NeedDaemonReload", "kiosk*"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=ASK_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def unit_files(
    patient: Patient, ask: Ask = ask_systemd, release: Path = ROOT / "systemd"
) -> Iterator[Finding]:
    """Whether units, rules and limits are those of this release, and known to systemd."""
    if not patient.find(f"{UNITS}/kiosk.service"):
        yield Finding("skip", "The booth is not installed as a service here.")
        return
    changed = list(_changed(patient, release))
    if changed:
        what = f"Not as this release brought them: {', '.join(changed)}."
        yield Finding("warn", what, "sudo scripts/install puts them back.", REMEDY.code)
    stale = [unit for unit, reload in _answers(ask(patient)) if reload]
    if stale:
        what = f"Changed since systemd read them: {', '.join(stale)}."
        yield Finding("warn", what, RELOAD, REMEDY.code)
    added = [str(path) for pattern in DROP_INS for path in patient.find(pattern)]
    if added:
        what = f"Settings of the units are overridden by {', '.join(added)}."
        yield Finding("warn", what, "Leave them only if you know why they are there.")
    if not changed + stale + added:
        yield Finding("pass", "Units, rules and limits are as this release brought them.")


def _changed(patient: Patient, release: Path) -> Iterator[str]:
    for pattern, place in PLACES.items():
        for path in sorted(release.glob(pattern)):
            installed = patient.root / place / path.name
            try:
                same = installed.read_bytes() == path.read_bytes()
            except PermissionError:
                # polkit's rules are nobody's business but its own.
                continue
            except OSError:
                same = False
            if not same:
                yield f"/{place}/{path.name}"


def _answers(text: str) -> Iterator[tuple[str, bool]]:
    for block in text.split("\n\n"):
        facts = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        yield facts.get("Id", ""), facts.get("NeedDaemonReload") == "yes"
