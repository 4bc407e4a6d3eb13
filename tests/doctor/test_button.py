"""What a candidate presses, on machines made of files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.doctor import button
from kiosk.doctor.patient import Patient
from kiosk.host.gpio import GpioError
from kiosk.settings import ButtonSettings
from tests.doctor.machine import patient, told

BOARD = """I: Bus=0003 Vendor=0079 Product=0006 Version=0110
N: Name="USB arcade button"
H: Handlers=sysrq kbd leds event0
B: EV=120013
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe
"""
POWER = """I: Bus=0019 Vendor=0001 Product=0001 Version=0000
N: Name="Power button"
H: Handlers=kbd event1
B: KEY=8000 10000000000000 0
"""
DEVICES = "proc/bus/input/devices"


def machine(
    folder: Path, *sources: str, files: dict[str, str] | None = None, pipe: Path = Path("/none")
) -> Patient:
    return patient(folder, files, button=ButtonSettings(sources=sources, pipe=pipe))


def pin(*, down: bool) -> Callable[[Patient], bool]:
    return lambda _: down


def no_pin(_: Patient) -> bool:
    raise GpioError("This machine has no GPIO header.")


def test_no_button_is_wanted(tmp_path: Path) -> None:
    assert told(button.button(machine(tmp_path, "none"))) == [("skip", "")]


def test_one_of_all_kinds_will_do(tmp_path: Path) -> None:
    board = {DEVICES: f"{POWER}\n{BOARD}"}
    both = machine(tmp_path, "auto", files=board)
    assert told(button.button(both, pin(down=False))) == [("pass", ""), ("pass", "")]
    assert told(button.button(both, no_pin)) == [("pass", "")]
    assert told(button.button(machine(tmp_path, "auto", files={DEVICES: POWER}), no_pin)) == [
        ("fail", "BTN1"),
        ("fail", "BTN1"),
    ]


def test_one_that_was_named_and_is_not_there_is_warned_of(tmp_path: Path) -> None:
    named = machine(tmp_path, "gpio", "keyboard", files={DEVICES: BOARD})
    assert told(button.button(named, no_pin)) == [("pass", ""), ("warn", "")]


def test_a_pin_that_stays_down_is_stuck(tmp_path: Path) -> None:
    stuck = machine(tmp_path, "gpio")
    assert told(button.button(stuck, pin(down=True))) == [("fail", "BTN2")]


def test_the_running_booth_keeps_its_pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.doctor.patient.read_status", lambda _: {"phase": "idle"})
    running = machine(tmp_path, "gpio", files={"dev/gpiochip0": ""})
    assert told(button.button(running, no_pin)) == [("skip", "")]


def test_a_machine_without_a_header_says_so(tmp_path: Path) -> None:
    (finding,) = button.button(machine(tmp_path, "gpio"))
    assert (finding.level, finding.code) == ("fail", "BTN1")


def test_a_keyboard_that_may_not_be_read_is_none(tmp_path: Path) -> None:
    files = {DEVICES: BOARD, "dev/input/event0": ""}
    shut = machine(tmp_path, "keyboard", files=files)
    assert told(button.button(shut)) == [("pass", "")]
    (tmp_path / "dev/input/event0").chmod(0)
    readable = os.access(tmp_path / "dev/input/event0", os.R_OK)
    assert told(button.button(shut)) == [("pass", "") if readable else ("fail", "BTN1")]


def test_a_pipe_is_one(tmp_path: Path) -> None:
    pipe = tmp_path / "button"
    wanted = machine(tmp_path, "pipe", pipe=pipe)
    assert told(button.button(wanted)) == [("skip", "")]
    os.mkfifo(pipe)
    assert told(button.button(wanted)) == [("pass", "")]
    pipe.unlink()
    pipe.write_text("a file")
    assert told(button.button(wanted)) == [("fail", "BTN1")]


def test_keyboards_are_told_from_power_buttons() -> None:
    assert list(button.keyboards(f"{POWER}\n{BOARD}")) == [("USB arcade button", "event0")]


@given(st.text(), st.text("0123456789abcdef ", max_size=200))
def test_whatever_the_kernel_lists_is_read(text: str, keys: str) -> None:
    block = f"N: {text}\nH: Handlers=kbd event3\nB: KEY={keys}\n"
    assert all(event for _, event in button.keyboards(f"{text}\n\n{block}"))
