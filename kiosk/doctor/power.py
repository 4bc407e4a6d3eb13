"""Looks at what a computer in a box suffers from: a weak supply, and heat.

Linux clears a Raspberry Pi's "undervoltage has occurred" every two seconds (`raspberrypi-hwmon.c`),
so the running booth looks as often, and remembers it until the next power-on.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kiosk.core.faults import Fault
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.host.files import replace_file

SENSOR = "rpi_volt"
"""The name of the device in `/sys/class/hwmon`."""
MEMORY = "var/lib/kiosk/undervoltage"
"""Below the root; holds the name of the boot in which there was undervoltage."""
HOT_C = 80.0
"""From here on a Raspberry Pi's firmware slows it down."""
THROTTLED = (
    "sys/devices/platform/soc/*firmware/get_throttled",
    "sys/devices/platform/*firmware/get_throttled",
)
"""Where a Raspberry Pi's kernel tells the firmware's word on it."""
SLOWED = 0b1110
"""Its bits for now: frequency capped, throttled, soft limit of temperature."""


def undervoltage(patient: Patient) -> Iterator[Finding]:
    """Whether the supply is too weak now, or was since power-on."""
    alarms = _alarms(patient)
    remedy = Fault.POWER.remedy
    if "1" in alarms:
        yield Finding("warn", "The voltage is too low now.", remedy.do, remedy.code)
    elif patient.boot and patient.text(MEMORY) == patient.boot:
        what = "The voltage was too low at some time since power-on."
        yield Finding("warn", what, remedy.do, remedy.code)
    elif alarms:
        yield Finding("pass", "The voltage has not been seen to be too low.")
    else:
        yield Finding("skip", "This machine does not measure its supply.")


def remember(patient: Patient) -> None:
    """Keep for this boot that the voltage is too low now."""
    if "1" in _alarms(patient) and patient.boot and patient.text(MEMORY) != patient.boot:
        with suppress(OSError):
            replace_file(patient.root / MEMORY, patient.boot.encode(), mode=0o644)


def _alarms(patient: Patient) -> list[str]:
    return [
        patient.text(str(folder / "in0_lcrit_alarm"))
        for folder in patient.find("sys/class/hwmon/hwmon*")
        if patient.text(str(folder / "name")) == SENSOR
    ]


def temperature(patient: Patient) -> Iterator[Finding]:
    """Whether the processor is so hot that it slows down."""
    remedy = Fault.HOT.remedy
    told = [_degrees(text) for text in _zones(patient)]
    known = [each for each in told if each is not None]
    hottest_c = max(known, default=None)
    slowed = any(_bits(patient.text(str(path))) & SLOWED for path in _throttled(patient))
    if hottest_c is None:
        yield Finding("skip", "This machine does not measure its temperature.")
    elif hottest_c >= HOT_C:
        yield Finding("warn", f"The processor has {hottest_c:.0f} °C.", remedy.do, remedy.code)
    elif slowed:
        what = f"The processor is slowed down, at {hottest_c:.0f} °C."
        yield Finding("warn", what, "Look for heat and for a weak supply.", remedy.code)
    else:
        yield Finding("pass", f"The processor has {hottest_c:.0f} °C.")


def _zones(patient: Patient) -> list[str]:
    folders = patient.find("sys/class/thermal/thermal_zone*")
    return [patient.text(str(folder / "temp")) for folder in folders]


def _degrees(text: str) -> float | None:
    """Thousandths of a degree, as the kernel writes them; None where it does not."""
    try:
        return int(text) / 1000
    except ValueError:
        return None


def _throttled(patient: Patient) -> list[Path]:
    return [path for pattern in THROTTLED for path in patient.find(pattern)]


def _bits(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0
