"""Voltage and heat, by a kernel made of files."""

from pathlib import Path

import pytest

from kiosk.doctor import power
from tests.doctor.machine import patient, told

ALARM = "sys/class/hwmon/hwmon1/in0_lcrit_alarm"
PI = {
    "sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
    "sys/class/hwmon/hwmon1/name": "rpi_volt\n",
    ALARM: "0\n",
    "proc/sys/kernel/random/boot_id": "one\n",
    "var/lib/kiosk/other": "",
}


def test_undervoltage_is_remembered_until_the_next_power_on(tmp_path: Path) -> None:
    machine = patient(tmp_path, PI)
    power.remember(machine)
    assert told(power.undervoltage(machine)) == [("pass", "")]
    (tmp_path / ALARM).write_text("1\n")
    assert told(power.undervoltage(machine)) == [("warn", "PWR1")]
    power.remember(machine)
    (tmp_path / ALARM).write_text("0\n")
    power.remember(machine)
    assert told(power.undervoltage(patient(tmp_path))) == [("warn", "PWR1")]
    again = patient(tmp_path, {"proc/sys/kernel/random/boot_id": "two\n"})
    assert told(power.undervoltage(again)) == [("pass", "")]


def test_what_cannot_be_kept_is_still_told(tmp_path: Path) -> None:
    machine = patient(tmp_path, PI | {ALARM: "1"})
    (tmp_path / "var/lib/kiosk/other").unlink()
    (tmp_path / "var/lib/kiosk").rmdir()
    power.remember(machine)
    assert told(power.undervoltage(machine)) == [("warn", "PWR1")]


def test_a_machine_without_sensors_says_so(tmp_path: Path) -> None:
    machine = patient(tmp_path, {"sys/class/hwmon/hwmon0/name": "k10temp"})
    power.remember(machine)
    assert told(power.undervoltage(machine)) == [("skip", "")]
    assert told(power.temperature(machine)) == [("skip", "")]


@pytest.mark.parametrize(
    ("milli", "bits", "found"),
    [
        ("54321", "0", ("pass", "")),
        ("79999", "0", ("pass", "")),
        ("80000", "0", ("warn", "TMP1")),
        ("60000", "4", ("warn", "TMP1")),
        ("60000", "50000", ("pass", "")),
        ("60000", "1", ("pass", "")),
        ("60000", "garbage", ("pass", "")),
        ("nothing", "0", ("skip", "")),
    ],
)
def test_heat_counts_and_so_does_what_the_firmware_does_about_it(
    tmp_path: Path, milli: str, bits: str, found: tuple[str, str]
) -> None:
    machine = patient(
        tmp_path,
        {
            "sys/class/thermal/thermal_zone0/temp": milli,
            "sys/devices/platform/soc/soc:firmware/get_throttled": bits,
        },
    )
    assert told(power.temperature(machine)) == [found]
