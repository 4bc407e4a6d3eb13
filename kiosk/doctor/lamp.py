"""Looks at the lamp in the button, by lighting it: whether it shines only a person can see."""

import time
from collections.abc import Callable, Iterator

from kiosk.core.snapshot import Phase
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.host.gpio import GpioError, header_factory
from kiosk.host.lamp import Lamp

LIT_S = 1.0
STEADY = Phase.CONNECTING
"""A phase in which it shines steadily."""

Light = Callable[[Patient], object]
"""Lights it for a moment; raises `GpioError`."""


def light(patient: Patient) -> None:
    """Light the configured pin for a second; raises `GpioError`."""
    shining = Lamp(patient.settings.button.lamp_pin, header_factory(patient.environ))
    try:
        shining.show(STEADY)
        time.sleep(LIT_S)
    finally:
        shining.stop()


def lamp(patient: Patient, light: Light = light) -> Iterator[Finding]:
    """Whether the lamp's pin can be used."""
    pin = patient.settings.button.lamp_pin
    if not pin:
        yield Finding("skip", "The button has no lamp, as configured.")
    elif patient.booth:
        what = f"The running booth has the lamp at pin {pin}: it breathes while the booth is ready."
        yield Finding("skip", what)
    else:
        try:
            light(patient)
        except GpioError as error:
            yield Finding("warn", f"No lamp: {error}", "Check [button] lamp_pin and its wires.")
        else:
            yield Finding("pass", f"The lamp at pin {pin} was lit for a second, if it is wired.")
