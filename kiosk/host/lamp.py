"""The lamp in the button: breathing is ready, steady is in use, dark is not ready."""

import asyncio
import logging
import math
from collections.abc import Callable, Mapping
from typing import Any

from kiosk.core.snapshot import Phase
from kiosk.glow import GLOWS, Glow
from kiosk.host.gpio import GpioError, header_factory, pin_errors
from kiosk.settings import ButtonSettings

logger = logging.getLogger(__name__)

PWM_HZ = 100
"""Fast enough not to flicker; lgpio switches the pin in a thread of its own, without Python."""
BREATH_S = 4.0
STEP_S = 0.08
"""A breath in steps that nobody sees."""
LEAST = 0.02
"""A lamp that breathes never looks dark."""
GAMMA = 2.2
"""Eyes see half the light as three quarters."""


def breath(since_s: float) -> float:
    """How much of its light a breathing lamp gives, `LEAST` to 1."""
    rise = 0.5 - 0.5 * math.cos(since_s / BREATH_S * math.tau)
    return LEAST + (1 - LEAST) * float(rise**GAMMA)


class Lamp:
    """Shows the phase of the booth; on the asyncio thread."""

    def __init__(self, pin: int, factory: object) -> None:
        """Take the pin with a gpiozero pin factory; raises `GpioError` when it is not to be had."""
        from gpiozero import PWMLED  # noqa: PLC0415 - only a Pi has the library

        self._errors = pin_errors()
        try:
            self._led: Any = PWMLED(pin, frequency=PWM_HZ, pin_factory=factory)
        except self._errors as error:
            raise GpioError(f"Pin {pin} cannot be used: {error}.") from error
        self._glow: Glow = "dark"
        self._began_s = 0.0
        self._step: asyncio.TimerHandle | None = None

    def show(self, phase: Phase) -> None:
        """Glow as a phase wants it."""
        glow = GLOWS[phase]
        if glow == self._glow:
            return
        self._glow = glow
        self._rest()
        if glow == "breathing":
            self._began_s = asyncio.get_running_loop().time()
            self._breathe()
        else:
            self._light(1.0 if glow == "steady" else 0.0)

    def stop(self) -> None:
        """Go dark and give the pin back."""
        self._rest()
        self._light(0.0)
        led, self._led = self._led, None
        if led is not None:
            led.close()

    def _breathe(self) -> None:
        loop = asyncio.get_running_loop()
        self._light(breath(loop.time() - self._began_s))
        if self._led is not None:
            self._step = loop.call_later(STEP_S, self._breathe)

    def _rest(self) -> None:
        if self._step is not None:
            self._step.cancel()

    def _light(self, share: float) -> None:
        if self._led is None:
            return
        try:
            self._led.value = share
        except self._errors as error:
            logger.warning("The lamp is lost: %s", error)
            self._led = None


def find_lamp(
    settings: ButtonSettings,
    environ: Mapping[str, str],
    *,
    factory: Callable[[Mapping[str, str]], object] = header_factory,
) -> Lamp | None:
    """Return the lamp that the settings name; None where they name none, or it is not there.

    No interview needs a lamp, so one that cannot be had is a line in the journal.
    """
    if not settings.lamp_pin:
        return None
    try:
        return Lamp(settings.lamp_pin, factory(environ))
    except GpioError as error:
        logger.warning("No lamp at the GPIO header: %s", error)
        return None
