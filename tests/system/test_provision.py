"""A new venue: what a stick brings to a real machine."""

import json
from pathlib import Path

import pytest

from tests.system import stick as sticks
from tests.system.booth import KEY, Booth
from tests.system.machine import until

pytestmark = pytest.mark.timeout(180)

READY = "Ready for a candidate"
UNIT = "kiosk-provision"
SEALED = "/etc/credstore.encrypted"
PROFILES = "/etc/NetworkManager/system-connections"
PASSWORD = "hunter-two-and-a-half"
FILES = {
    "kiosk/kiosk.toml": '[booth]\nname = "Hall 3"\n[interview]\nlimit_min = 7.0\n',
    "kiosk/wifi.toml": f'country = "DE"\nssid = "Fair"\npassword = "{PASSWORD}"\n',
    "openai.key": f"{KEY}\r\n",
}


def status_text(booth: Booth) -> str:
    """Return what the unit left for `systemctl status`."""
    return booth.machine.run("systemctl", "show", "--property=StatusText", "--value", UNIT).strip()


def notice(booth: Booth) -> dict[str, str]:
    told: dict[str, str] = json.loads(
        booth.machine.path("/run/kiosk-control/notices/provision.json").read_text()
    )
    return told


def test_a_stick_brings_settings_wifi_and_the_key(booth: Booth, tmp_path: Path) -> None:
    machine = booth.machine
    machine.shell(f"rm -r {SEALED}; mkdir -p {PROFILES} /etc/modprobe.d")
    booth.start_interviewer()
    booth.start()
    booth.until_status("[KEY1]")
    shipped = machine.path("/etc/kiosk/kiosk.toml").read_text()

    with sticks.made(tmp_path, FILES) as stick:
        with stick.plugged(machine):
            machine.run("systemctl", "start", UNIT)
        with stick.opened() as top:
            left = {str(path.relative_to(top)) for path in top.rglob("*.*")}
        assert left == {"kiosk/kiosk.toml", "kiosk/wifi.toml"}
        assert not stick.holds(KEY)

    imported = "settings (kiosk.toml), key, which is deleted there, Wi-Fi (1 network, DE)"
    assert status_text(booth) == f"Stick KIOSK: imported {imported}."
    assert (notice(booth)["level"], notice(booth)["text"]) == ("pass", status_text(booth))
    assert machine.path("/etc/kiosk/kiosk.toml").read_text() == FILES["kiosk/kiosk.toml"]
    assert machine.path("/etc/kiosk/kiosk.toml.old").read_text() == shipped
    assert machine.path(f"{SEALED}/openai-api-key").stat().st_mode & 0o777 == 0o600
    (profile,) = machine.path(PROFILES).iterdir()
    assert f"psk={PASSWORD}\n" in profile.read_text()
    assert (profile.stat().st_mode & 0o777, profile.stat().st_uid) == (0o600, 0)
    # The booth takes all of it up by itself.
    booth.until_status(READY)
    until(lambda: "[KEY1]" not in booth.shown()["StatusText"], booth.situation)
    journal = machine.run("journalctl", "--output=export", "--no-pager")
    assert KEY not in journal
    assert PASSWORD not in journal
    assert not machine.run("findmnt", "--noheadings", "--list", "--output=TARGET").count("stick")

    # A wrong file is a sentence, and changes nothing; the key waits for it, unsealed.
    wrong = {"kiosk.toml": "[boot]\nname = 1\n", "openai.key": KEY}
    with sticks.made(tmp_path, wrong) as stick:
        with stick.plugged(machine):
            machine.shell(f"systemctl start {UNIT} && exit 1 || true")
        assert stick.holds(KEY)
    assert notice(booth)["level"] == "fail"
    assert "kiosk.toml, line 1: There is no group [boot]; did you mean booth?" in status_text(booth)
    assert machine.path("/etc/kiosk/kiosk.toml").read_text() == FILES["kiosk/kiosk.toml"]

    # A stick that cannot be written to keeps the key, and one that is no stick at all is said.
    with sticks.made(tmp_path, {"openai.key": KEY}) as stick, stick.plugged(machine, locked=True):
        machine.shell(f"systemctl start {UNIT} && exit 1 || true")
        assert "openai.key is sealed, but not deleted" in status_text(booth)
    with sticks.made(tmp_path, {}, formatted=False) as stick, stick.plugged(machine):
        machine.shell(f"systemctl start {UNIT} && exit 1 || true")
    assert status_text(booth) == (
        "Stick KIOSK: The stick KIOSK cannot be read: format it as FAT32 or exFAT."
    )
    assert "Traceback" not in machine.run("journalctl", f"--unit={UNIT}", "--no-pager")

    # The boot partition is read when the machine starts, which is when nobody plugs anything in.
    machine.shell("mkdir -p /boot/firmware/kiosk")
    machine.path("/boot/firmware/kiosk/openai.key").write_text(KEY)
    machine.run("systemctl", "start", UNIT)
    assert status_text(booth) == "Boot partition: imported key, which is deleted there."
    assert not machine.path("/boot/firmware/kiosk/openai.key").exists()
