"""What the booth is made of, and how that is: board, memory, storage, sound, screens, power."""

import os
from collections.abc import Iterator
from pathlib import Path

from kiosk.bundle.machine import Machine

MIB = 1 << 20
PLACES = ("", "boot/firmware", "boot", "var/lib/kiosk", "var/log", "run", "tmp")
"""File systems are told of by what stands on them."""
MEMORY = ("MemTotal", "MemAvailable", "SwapTotal", "SwapFree")


def hardware(machine: Machine) -> dict[str, object]:
    """Return it by kind; what this machine does not tell is empty."""
    return {
        "model": machine.word("proc/device-tree/model"),
        "uptime_s": machine.word("proc/uptime").partition(" ")[0],
        "load": machine.word("proc/loadavg"),
        "memory": [
            line
            for line in machine.word("proc/meminfo").splitlines()
            if line.partition(":")[0] in MEMORY
        ],
        "kernel_command_line": machine.word("proc/cmdline"),
        "storage": list(_storage(machine)),
        "ext4_errors": _values(machine, "sys/fs/ext4/*/errors_count"),
        "sound_cards": machine.word("proc/asound/cards").splitlines(),
        "usb": list(_usb(machine)),
        "screens": list(_screens(machine)),
        "temperature_millidegrees": _values(machine, "sys/class/thermal/thermal_zone*/temp"),
        "undervoltage": _values(machine, "sys/class/hwmon/hwmon*/in0_lcrit_alarm"),
        "clock_synchronised": (machine.root / "run/systemd/timesync/synchronized").exists(),
    }


def _values(machine: Machine, pattern: str) -> dict[str, str]:
    found = machine.find(pattern)
    return {path.parent.name: machine.word(machine.within(path)) for path in found}


def _storage(machine: Machine) -> Iterator[dict[str, object]]:
    seen: set[int] = set()
    for place in PLACES:
        path = machine.root / place
        try:
            device, figures = path.stat().st_dev, os.statvfs(path)
        except OSError:
            continue
        if device not in seen:
            seen.add(device)
            yield {
                "place": f"/{place}",
                "mib": figures.f_blocks * figures.f_frsize // MIB,
                "free_mib": figures.f_bavail * figures.f_frsize // MIB,
                "read_only": bool(figures.f_flag & os.ST_RDONLY),
            }


def _usb(machine: Machine) -> Iterator[dict[str, str]]:
    for path in machine.find("sys/bus/usb/devices/*/idVendor"):
        folder = path.parent

        def told(name: str, folder: Path = folder) -> str:
            return machine.word(machine.within(folder / name))

        yield {
            "port": folder.name,
            "id": f"{told('idVendor')}:{told('idProduct')}",
            "product": told("product"),
            "speed_mbit": told("speed"),
        }


def _screens(machine: Machine) -> Iterator[dict[str, object]]:
    for path in machine.find("sys/class/drm/card*-*/status"):
        connector = machine.within(path.parent)
        modes = machine.word(f"{connector}/modes").split()
        yield {
            "connector": path.parent.name,
            "status": machine.word(f"{connector}/status"),
            "enabled": machine.word(f"{connector}/enabled"),
            "modes": list(dict.fromkeys(modes))[:8],
        }
