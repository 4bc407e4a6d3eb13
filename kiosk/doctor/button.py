"""Looks at what a candidate presses: a pin of the header, a keyboard, or a pipe."""

import os
import re
import time
from collections.abc import Callable, Iterator

from kiosk.core.faults import Fault
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.host.gpio import GpioButton, GpioError, header_factory

MISSING, STUCK = Fault.BUTTON_MISSING.remedy, Fault.BUTTON_STUCK.remedy
WATCHED_S = 0.5
"""Nobody who presses a button just now holds it for all of that."""
LOOK_S = 0.05
SPACE, A = 57, 30
"""Keys of the kernel's `input-event-codes.h`: what has neither is a power button or a remote
control, and no keyboard."""

Down = Callable[[Patient], bool]
"""Whether the pin is down; raises `GpioError`."""


def pin_stays_down(patient: Patient) -> bool:
    """Whether the configured pin is down for half a second; raises `GpioError`."""
    pin = GpioButton(patient.settings.button.gpio_pin, header_factory(patient.environ))
    try:
        end_s = time.monotonic() + WATCHED_S
        while pin.is_down():
            if time.monotonic() >= end_s:
                return True
            time.sleep(LOOK_S)
        return False
    finally:
        pin.stop()


def button(patient: Patient, stays_down: Down = pin_stays_down) -> Iterator[Finding]:
    """Whether there is something to press, and that it is not pressed all the time."""
    wanted = set(patient.settings.button.sources)
    if wanted == {"none"}:
        yield Finding("skip", "No button is wanted, as configured.")
        return
    found: list[Finding] = []
    absent: list[Finding] = []
    for names, look in _LOOKS:
        if wanted & names:
            one = look(patient, stays_down)
            (absent if one.code == MISSING.code else found).append(one)
    named = "auto" not in wanted
    yield from found
    if not found:
        yield from absent
    elif named:
        for each in absent:
            yield Finding("warn", each.what, each.do)


def _gpio(patient: Patient, stays_down: Down) -> Finding:
    pin = patient.settings.button.gpio_pin
    if patient.find("dev/gpiochip*") and patient.booth:
        what = "The running booth has the pin, and shows BTN2 if it is stuck."
        return Finding("skip", what)
    try:
        down = stays_down(patient)
    except GpioError as error:
        return Finding("fail", str(error), MISSING.do, MISSING.code)
    if down:
        return Finding("fail", f"Pin {pin} is down all the time.", STUCK.do, STUCK.code)
    return Finding("pass", f"The button at pin {pin} is up, as it should be.")


def _keyboard(patient: Patient, _: Down) -> Finding:
    boards = list(keyboards(patient.text("proc/bus/input/devices")))
    if not boards:
        return Finding("fail", "No keyboard is plugged in.", MISSING.do, MISSING.code)
    shut = [name for name, event in boards if not _may_read(patient, event)]
    if shut:
        what = f"The booth may not read the keyboard {', '.join(shut)}."
        return Finding("fail", what, "Add its user to the group input.", MISSING.code)
    return Finding("pass", f"A keyboard is plugged in: {', '.join(name for name, _ in boards)}.")


def _may_read(patient: Patient, event: str) -> bool:
    path = patient.root / "dev/input" / event
    return not path.exists() or os.access(path, os.R_OK)


def _pipe(patient: Patient, _: Down) -> Finding:
    pipe = patient.settings.button.pipe
    if not pipe.exists():
        return Finding("skip", f"The booth makes the pipe {pipe} when it starts.")
    if pipe.is_fifo():
        return Finding("pass", f"Programs can press at {pipe}.")
    return Finding("fail", f"{pipe} is no pipe to press at.", MISSING.do, MISSING.code)


_LOOKS: tuple[tuple[frozenset[str], Callable[[Patient, Down], Finding]], ...] = (
    (frozenset({"auto", "gpio"}), _gpio),
    (frozenset({"auto", "keyboard"}), _keyboard),
    (frozenset({"pipe"}), _pipe),
)
"""Which sources each looks at."""


def keyboards(text: str) -> Iterator[tuple[str, str]]:
    """Name and event device of every keyboard in `/proc/bus/input/devices`."""
    for block in text.split("\n\n"):
        facts = {line[:2]: line[3:] for line in block.splitlines()}
        handlers = re.findall(r"\bevent\d+\b", facts.get("H:", ""))
        if "kbd" in facts.get("H:", "").replace("=", " ").split() and handlers:
            keys = _bits(block)
            if keys >> SPACE & 1 or keys >> A & 1:
                name = re.search(r'Name="([^"\n]*)"', facts.get("N:", ""))
                yield name[1] if name else handlers[0], handlers[0]


def _bits(block: str) -> int:
    """The keys as one number; the kernel writes words of 64 bits, the highest first."""
    found = re.search(r"^B: KEY=([0-9a-f ]+)$", block, re.MULTILINE)
    number = 0
    for word in found[1].split()[-12:] if found else ():
        number = number << 64 | int(word[:16], 16)
    return number
