"""Which versions run here: of the booth, of Python's packages, of Debian's and of the kernel."""

import platform
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib import metadata

from kiosk.bundle.machine import Machine

DEBIAN = (
    *("systemd", "network-manager", "wpasupplicant", "firmware-brcm80211", "raspi-config"),
    *(
        "raspi-firmware",
        "linux-image-*",
        "alsa-*",
        "libasound2*",
        "libportaudio2",
        "libpango-1.0-0",
    ),
    *("libcairo2", "libgbm1", "libegl1", "libgles2", "libgl1-mesa-dri", "libdrm2", "libudev1"),
    *("python3", "python3-*", "fonts-noto-*"),
)
"""Packages that a booth stands on."""


def versions(machine: Machine) -> str:
    """Return everything with its version."""
    return "\n\n".join(
        (
            _system(machine),
            "Python packages:\n" + "\n".join(_python()),
            "Debian packages:\n" + "\n".join(_debian(machine)),
        )
    )


def _system(machine: Machine) -> str:
    release = machine.root / "opt/kiosk/current"
    named = release.readlink().name if release.is_symlink() else "none"
    facts = dict(
        line.split("=", 1) for line in machine.word("etc/os-release").splitlines() if "=" in line
    )
    system = facts.get("PRETTY_NAME", "unknown").strip('"')
    kernel = platform.uname()
    return "\n".join(
        (
            f"Release: {named}",
            f"Python: {sys.version.split()[0]}",
            f"System: {system}",
            f"Kernel: {kernel.system} {kernel.release} {kernel.machine}",
        )
    )


def _python() -> list[str]:
    """Like `pip freeze`."""
    return sorted(
        {f"{each.name}=={each.version}" for each in metadata.distributions()}, key=str.lower
    )


def _debian(machine: Machine) -> Iterator[str]:
    """Read dpkg's own list, which every user may."""
    package = ""
    try:
        with (machine.root / "var/lib/dpkg/status").open(
            encoding="utf-8", errors="replace"
        ) as file:
            for line in file:
                name, _, value = line.rstrip().partition(": ")
                if name == "Package":
                    package = value
                elif name == "Version" and any(fnmatch(package, each) for each in DEBIAN):
                    yield f"{package} {value}"
    except OSError:
        yield "unknown"
