"""Looks at the way to the next box: cable and Wi-Fi."""

import fcntl
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.core.faults import Fault
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.hosts import is_loopback

WEAK_DBM = -70
"""Below that Wi-Fi repeats itself so often that voice suffers."""
GET_POWER = 0x8B2D
"""`SIOCGIWPOWER` of the kernel's `wireless.h`."""
NAME_BYTES, PARAM = 16, "iBBH"
"""Its `struct iwreq`: the name, then value, fixed, disabled and flags."""

Saves = Callable[[str], bool | None]
"""Tells whether an interface saves power; None where it does not say."""


def is_local(patient: Patient) -> bool:
    """Whether the service is on this very machine, so that no network is needed."""
    try:
        return is_loopback(urlsplit(patient.settings.realtime.base_url).hostname or "")
    except ValueError:
        return False


def saves_power(name: str) -> bool | None:
    """Ask the kernel of this machine."""
    asked = struct.pack(f"{NAME_BYTES}s{PARAM}8x", name.encode()[:NAME_BYTES], 0, 0, 0, 0)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            told = fcntl.ioctl(any_socket, GET_POWER, asked)
    except OSError:
        return None
    return not struct.unpack_from(PARAM, told, NAME_BYTES)[2]


def link(patient: Patient, saves: Saves = saves_power) -> Iterator[Finding]:
    """Whether a cable or Wi-Fi is connected, and how well."""
    if is_local(patient):
        yield Finding("skip", "The service is on this machine; no network is needed.")
        return
    folders = patient.find("sys/class/net/*")
    ports = [folder for folder in folders if (folder / "device").exists()]
    joined = [port for port in ports if patient.text(str(port / "carrier")) == "1"]
    if not joined:
        names = ", ".join(port.name for port in ports) or "none at all"
        remedy = Fault.UNREACHABLE.remedy
        what = f"Neither cable nor Wi-Fi is connected ({names})."
        yield Finding("fail", what, remedy.do, remedy.code)
    for port in joined:
        yield from _wireless(patient, port, saves) if _is_wireless(port) else _wired(port)


def _is_wireless(port: Path) -> bool:
    return any((port / name).exists() for name in ("wireless", "phy80211"))


def _wired(port: Path) -> Iterator[Finding]:
    yield Finding("pass", f"The cable at {port.name} is connected.")


def _wireless(patient: Patient, port: Path, saves: Saves) -> Iterator[Finding]:
    strength_dbm = signal_dbm(patient.text("proc/net/wireless"), port.name)
    told = "" if strength_dbm is None else f" ({strength_dbm:.0f} dBm)"
    if strength_dbm is not None and strength_dbm < WEAK_DBM:
        what = f"The Wi-Fi at {port.name} is weak{told}."
        yield Finding("warn", what, "Use a cable, or move the booth nearer to the access point.")
    else:
        yield Finding("pass", f"The Wi-Fi at {port.name} is connected{told}.")
    if saves(port.name):
        what = f"The Wi-Fi at {port.name} saves power, which makes voice late."
        do = f"sudo iw dev {port.name} set power_save off; scripts/install keeps it off."
        yield Finding("warn", what, do)


def signal_dbm(text: str, name: str) -> float | None:
    """The strength of an interface in `/proc/net/wireless`; None where it does not tell in dBm."""
    for line in text.splitlines():
        port, _, rest = line.partition(":")
        words = rest.split()
        if port.strip() == name and len(words) > 2:
            try:
                strength = float(words[2])
            except ValueError:
                return None
            return strength if -127 < strength < 0 else None
    return None
