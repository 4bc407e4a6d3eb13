"""The lamp, on machines without one."""

from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from kiosk.doctor import lamp
from kiosk.doctor.patient import Patient
from kiosk.host.gpio import GpioError
from kiosk.settings import ButtonSettings
from tests.doctor.machine import patient, told


def lit(folder: Path, pin: int = 18) -> Patient:
    return patient(folder, button=ButtonSettings(lamp_pin=pin))


def test_a_button_without_a_lamp_is_left_alone(tmp_path: Path) -> None:
    assert told(lamp.lamp(lit(tmp_path, 0))) == [("skip", "")]


def test_the_running_booth_keeps_its_lamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.doctor.patient.read_status", lambda _: {"phase": "idle"})
    assert told(lamp.lamp(lit(tmp_path))) == [("skip", "")]


def test_a_pin_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    def refuse(_: Patient) -> None:
        raise GpioError("This machine has no GPIO header.")

    assert told(lamp.lamp(lit(tmp_path), refuse)) == [("warn", "")]


def test_it_is_lit_and_dark_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []

    class Pin(MockPWMPin):  # type: ignore[misc]
        def _set_state(self, value: float) -> None:
            seen.append(value)
            super()._set_state(value)

    monkeypatch.setattr(lamp, "header_factory", lambda _: MockFactory(pin_class=Pin))
    monkeypatch.setattr(lamp, "LIT_S", 0.0)
    assert told(lamp.lamp(lit(tmp_path))) == [("pass", "")]
    assert 1.0 in seen
    assert seen[-1] == 0.0
