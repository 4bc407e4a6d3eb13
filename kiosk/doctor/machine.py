"""Looks at the computer itself: its memory, its watchdog, and what versions run on it."""

import importlib
import platform
import re
import subprocess
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.places import ROOT

LEAST_MIB = 150
"""A booth that begins an interview takes less on top of what it holds when idle."""
UNTOLD = "?"


def memory(patient: Patient) -> Iterator[Finding]:
    """Whether there is room for an interview."""
    found = re.search(
        r"^MemAvailable:\s+(\d{1,15}) kB$", patient.text("proc/meminfo"), re.MULTILINE
    )
    if found is None:
        yield Finding("skip", "This machine does not tell how much memory is free.")
        return
    mib = int(found[1]) / 1024
    if mib < LEAST_MIB:
        what = f"Only {mib:.0f} MiB of memory are free."
        yield Finding("warn", what, "Stop what else runs here, or restart the machine.")
    else:
        yield Finding("pass", f"{mib:.0f} MiB of memory are free.")


def watchdog(patient: Patient) -> Iterator[Finding]:
    """Whether the hardware restarts a machine that hangs."""
    folders = patient.find("sys/class/watchdog/watchdog*")
    if not folders:
        what = "There is no hardware watchdog: a machine that hangs stays so."
        yield Finding("warn", what, "Staff must pull its plug; a Raspberry Pi has one.")
        return
    states = {patient.text(str(folder / "state")) for folder in folders}
    if "active" in states or not any(states):
        yield Finding("pass", "The hardware restarts the machine if it hangs.")
    else:
        what = "The hardware watchdog is not used: a machine that hangs stays so."
        yield Finding("warn", what, "sudo scripts/install sets RuntimeWatchdogSec=; then reboot.")


def versions(patient: Patient) -> Iterator[Finding]:
    """What runs here; as much of it as can be told."""
    system = re.search(r'^PRETTY_NAME="?([^"\n]*)"?$', patient.text("etc/os-release"), re.MULTILINE)
    told = {
        "booth": f"{_package('interview-booth')} ({ROOT.name})",
        "Python": platform.python_version(),
        "systemd": _systemd(),
        "SDL": _called("pygame", lambda it: ".".join(map(str, it.get_sdl_version()))),
        "PortAudio": _called("pyaudio", _portaudio),
        "Linux": patient.text("proc/sys/kernel/osrelease") or UNTOLD,
        "system": system[1] if system else UNTOLD,
        "machine": patient.text("proc/device-tree/model") or platform.machine(),
    }
    yield Finding("pass", "; ".join(f"{name} {text}" for name, text in told.items()) + ".")


def _portaudio(library: Any) -> str:  # noqa: ANN401 - pyaudio has no types
    text: str = library.get_portaudio_version_text()
    return text.partition(",")[0].removeprefix("PortAudio ")


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return UNTOLD


def _systemd() -> str:
    try:
        done = subprocess.run(
            ["systemctl", "--version"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return UNTOLD
    found = re.match(r"systemd (\S+)", done.stdout)
    return found[1] if found else UNTOLD


def _called(module: str, ask: Callable[..., str]) -> str:
    try:
        return ask(importlib.import_module(module))
    except ImportError:
        return "missing"
