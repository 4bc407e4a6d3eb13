import json
import os
from pathlib import Path

import pytest

from kiosk.bundle import contents
from kiosk.bundle.contents import CUT, LARGEST_CHARACTERS, MEMBERS, collect
from kiosk.bundle.known import find_known
from kiosk.bundle.machine import Machine, MissingError
from kiosk.bundle.redaction import Redaction
from tests.bundle.fake_machine import CONTROL, PRIVATE, fake_machine


@pytest.fixture
def collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> contents.Contents:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine = fake_machine(tmp_path)
    return collect(machine, Redaction(find_known(machine)))


def test_nothing_private_is_in_any_member(collected: contents.Contents) -> None:
    for text in (*collected.members.values(), *collected.missing.values()):
        assert [name for name in PRIVATE if name.lower() in text.lower()] == []


def test_what_stands_beside_it_is_found(collected: contents.Contents) -> None:
    for name in ("journal.txt", "services.txt", "status.json", "doctor.json", "units.txt"):
        assert CONTROL in collected.members[name]


def test_every_member_is_there_or_is_said_to_be_missing(collected: contents.Contents) -> None:
    assert {*collected.members, *collected.missing} == set(MEMBERS)
    why = "The journal does not go back so far, or this user may not read it."
    assert collected.missing == {"journal-before.txt": why}


def test_the_journal_is_told_by_the_fields_on_the_list(collected: contents.Contents) -> None:
    first, second, more, third = collected.members["journal.txt"].splitlines()
    head, _, message = first.partition(f" {CONTROL} ")
    assert head == (
        "2025-11-25T22:10:04.123+00:00 kiosk.service <4> kiosk.booth"
        " (conversing session:[session 1] KEY1)"
    )
    assert message == "on [host] [address] [[address]]:443 [serial] by [user] [secret]"
    assert (second, more) == ("? kiosk.service <> [network]", "    [booth]")
    assert third.strip() == "? <>"


def test_the_settings_are_told_without_names(collected: contents.Contents) -> None:
    lines = collected.members["settings.txt"].splitlines()
    assert "* booth.name = [the event's own]" in lines
    assert "* realtime.base_url = 'https://[host]'" in lines
    assert "* audio.input = ('usb:0d8c:0014:[which]',)" in lines
    assert "* screen.fps = 30" in lines
    assert "Set by environment variables: KIOSK_SCREEN_FPS" in lines


def test_the_units_are_compared_with_the_release(collected: contents.Contents) -> None:
    told = collected.members["unit-differences.txt"]
    assert "kiosk-new.service: is not installed" in told
    assert "kiosk-own.service: is not of the release" in told
    assert "-RestartSec=3\n+RestartSec=9\n+# asked by [user]" in told


def test_the_machine_is_described(collected: contents.Contents) -> None:
    hardware = json.loads(collected.members["hardware.json"])
    assert hardware["model"] == "Raspberry Pi 5 Model B Rev 1.0"
    assert hardware["memory"] == ["MemTotal: 4000 kB"]
    assert hardware["undervoltage"] == {"hwmon1": "1"}
    assert hardware["temperature_millidegrees"] == {"thermal_zone0": "48300"}
    assert hardware["screens"][0]["modes"] == ["1920x1080", "1280x720"]
    assert hardware["usb"][0]["id"] == "0d8c:0014"
    assert hardware["kernel_command_line"].startswith("console=tty1")
    network = json.loads(collected.members["network.json"])
    assert network["links"] == [
        {
            "link": 2,
            "kind": "wifi",
            "state": "up",
            "carrier": "",
            "speed_mbit": "",
            "received_errors": "",
            "sent_errors": "",
            "signal_dbm": "-61",
        }
    ]
    assert (network["way_out_ipv4"], network["way_out_ipv6"]) == (True, False)
    versions = collected.members["versions.txt"]
    assert "systemd 252.38-1~deb12u1" in versions
    assert "vim" not in versions
    assert "aiortc==1." in versions


def test_a_member_that_breaks_or_is_missing_hides_no_other() -> None:
    def broken(_: Machine) -> str:
        raise RuntimeError("torn at 10.0.0.1")

    def absent(_: Machine) -> str:
        raise MissingError("Nothing answers at 10.0.0.1.")

    told = collect(
        Machine(),
        Redaction(),
        {"a": (broken, ""), "b": (absent, ""), "c": (lambda _: {"x": "y"}, "")},
    )
    assert told.missing == {
        "a": "It could not be collected (RuntimeError).",
        "b": "Nothing answers at [address].",
    }
    assert json.loads(told.members["c"]) == {"x": "y"}


def test_of_a_long_member_the_end_is_kept() -> None:
    told = collect(Machine(), Redaction(), {"a": (lambda _: "x" * LARGEST_CHARACTERS + "end", "")})
    assert told.members["a"].startswith(CUT)
    assert told.members["a"].endswith("end")
    assert len(told.members["a"]) == len(CUT) + LARGEST_CHARACTERS
