"""A button on the Raspberry Pi's header, through gpiozero on lgpio."""

import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

HEADER_LABELS = frozenset({"pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"})
"""What the chip behind the header calls itself on a Pi 5, 4 and 3; its number moves."""


class GpioError(Exception):
    """There is no usable header; the text says why in one sentence."""


class GpioButton:
    """A button between a pin and ground.  Edges are told from lgpio's thread."""

    def __init__(self, pin: int, factory: Any) -> None:  # noqa: ANN401 - gpiozero has no types
        """Take the pin with a gpiozero pin factory; raises `GpioError` when it is not to be had."""
        from gpiozero import Button  # noqa: PLC0415 - only a Pi has the library

        try:
            self._button = Button(pin, pull_up=True, bounce_time=None, pin_factory=factory)
        except pin_errors() as error:
            raise GpioError(f"Pin {pin} cannot be used: {error}.") from error

    def start(self, on_edge: Callable[[bool], None]) -> None:
        """Tell each edge; True is down."""
        self._button.when_pressed = lambda: on_edge(True)
        self._button.when_released = lambda: on_edge(False)

    def is_down(self) -> bool:
        """Read the level now: edges get lost."""
        return bool(self._button.is_pressed)

    def stop(self) -> None:
        """Give the pin back; no edge is told after this."""
        self._button.close()


def header_factory(environ: Mapping[str, str]) -> object:
    """Return gpiozero's pin factory for this machine's header; raises `GpioError`."""
    if not any(Path("/dev").glob("gpiochip*")):
        raise GpioError("This machine has no GPIO header.")
    # lgpio leaves a pipe in the directory this names, else in the working directory.
    os.environ.setdefault("LG_WD", _writable(environ))
    try:
        import lgpio  # noqa: PLC0415 - only a Pi has the library
        from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415
    except ImportError as error:
        raise GpioError(f"The Python package {error.name} is missing.") from error
    for path in sorted(Path("/dev").glob("gpiochip*")):
        number = int(path.name.removeprefix("gpiochip"))
        try:
            handle = lgpio.gpiochip_open(number)
            label = lgpio.gpio_get_chip_info(handle)[3]
            lgpio.gpiochip_close(handle)
        except lgpio.error as error:
            logger.warning("%s cannot be opened: %s", path, error)
            continue
        if label in HEADER_LABELS:
            return LGPIOFactory(chip=number)
    raise GpioError("No GPIO chip of this machine can be used.")


def _writable(environ: Mapping[str, str]) -> str:
    return environ.get("RUNTIME_DIRECTORY", "").split(":")[0] or tempfile.gettempdir()


def pin_errors() -> tuple[type[Exception], ...]:
    """All that may be raised about a pin."""
    from gpiozero import GPIOZeroError  # noqa: PLC0415 - only a Pi has the library

    try:
        from lgpio import error  # noqa: PLC0415
    except ImportError:
        return (GPIOZeroError, OSError)
    return (GPIOZeroError, OSError, error)
