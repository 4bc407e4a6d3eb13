"""Cable and Wi-Fi, by a kernel made of files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.doctor import network
from kiosk.settings import RealtimeSettings
from tests.doctor.machine import patient, told

CABLE = {"sys/class/net/eth0/device/x": "", "sys/class/net/eth0/carrier": "1\n"}
RADIO = {
    "sys/class/net/wlan0/device/x": "",
    "sys/class/net/wlan0/carrier": "1\n",
    "sys/class/net/wlan0/wireless/x": "",
}
WIRELESS = """Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
 face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22
 wlan0: 0000   {link}.  {dbm}.  -256        0      0      0      0      0        0
"""


def test_a_cable_or_wifi_will_do(tmp_path: Path) -> None:
    (finding,) = network.link(patient(tmp_path, CABLE))
    assert (finding.level, "eth0" in finding.what) == ("pass", True)


def test_without_any_nobody_can_be_called(tmp_path: Path) -> None:
    loop = {"sys/class/net/lo/carrier": "1", "sys/class/net/tun0/carrier": "1"}
    (finding,) = network.link(patient(tmp_path, loop))
    assert (finding.level, finding.code) == ("fail", "NET1")
    assert "none at all" in finding.what
    pulled = CABLE | {"sys/class/net/eth0/carrier": "0"}
    (finding,) = network.link(patient(tmp_path, pulled))
    assert (finding.level, "eth0" in finding.what) == ("fail", True)


def test_a_service_on_this_machine_needs_none(tmp_path: Path) -> None:
    here = RealtimeSettings(base_url="http://127.0.0.1:8700")
    assert told(network.link(patient(tmp_path, realtime=here))) == [("skip", "")]


@pytest.mark.parametrize(
    ("dbm", "saving", "levels"),
    [
        (-50, False, ["pass"]),
        (-50, None, ["pass"]),
        (-50, True, ["pass", "warn"]),
        (-80, False, ["warn"]),
        (-80, True, ["warn", "warn"]),
    ],
)
def test_wifi_must_be_strong_and_awake(
    tmp_path: Path, dbm: int, *, saving: bool | None, levels: list[str]
) -> None:
    files = RADIO | {"proc/net/wireless": WIRELESS.format(link=40, dbm=dbm)}
    found = list(network.link(patient(tmp_path, files), lambda _: saving))
    assert [each.level for each in found] == levels
    assert f"{dbm} dBm" in found[0].what


@given(st.text())
def test_whatever_the_kernel_says_of_radio_is_a_strength_or_none(text: str) -> None:
    strength_dbm = network.signal_dbm(f"wlan0:{text}", "wlan0")
    assert strength_dbm is None or -127 < strength_dbm < 0


def test_an_interface_that_is_none_does_not_say_whether_it_saves_power() -> None:
    assert network.saves_power("no-such-radio") is None
    assert network.saves_power("lo") is None
