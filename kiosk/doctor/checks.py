"""Everything the doctor looks at, in the order in which it is told: one table, one place."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from kiosk.doctor import button, files, key, lamp, machine, network, screen, service, sound
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.doctor.rounds import ROUNDS

logger = logging.getLogger(__name__)

Look = Callable[[Patient], Iterator[Finding]]
"""Finds at least one thing; changes nothing."""
Lane = Literal["here", "name", "service", "voice", "key", "sound"]
"""What one waits for need not hold up another; in a lane one check follows the other."""
QUICK: Lane = "here"
"""Opens no device and asks nobody."""
LIMIT_S = 18.0
"""Whoever asks waits no longer: some libraries know no end on a network that is silent."""
ENDLESS = Finding(
    "fail", "This came to no end in time.", "Check network and devices, then run the doctor again."
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at."""

    look: Look
    about: str
    """What it looks at, for the handbook."""
    lane: Lane = "here"


CHECKS: Mapping[str, Check] = {
    "configuration": Check(files.configuration, "every mistake in `kiosk.toml` and environment"),
    "interview": Check(files.interview, "every mistake in the interview, and its languages"),
    "theme": Check(files.theme, "every mistake in the theme that is shown, and in the others"),
    "avatar": Check(files.avatar, "the face: complete, drawn, its memory"),
    "screen": Check(screen.driver, "driver, permissions, who else draws, pixels"),
    "text size": Check(screen.text_size, "height of subtitles at the screen's diagonal"),
    "fonts": Check(screen.fonts, "letters for every language that is offered"),
    "sound": Check(
        sound.sound,
        "microphone: there, level, zeros, overdriven; loudspeaker: there; a quiet noise of two "
        "seconds from one to the other: delay, echo, what the canceller leaves",
        "sound",
    ),
    "button": Check(button.button, "pin, keyboard or pipe: there, and not stuck"),
    "lamp": Check(lamp.lamp, "the lamp's pin: lit for a second while no booth runs"),
    **{name: Check(each.look, each.about) for name, each in ROUNDS.items()},
    "memory": Check(machine.memory, "free memory"),
    "watchdog": Check(machine.watchdog, "the hardware watchdog: there, and in use"),
    "link": Check(network.link, "cable or Wi-Fi: connected, strength, power saving"),
    "DNS": Check(service.dns, "the service's name is known", "name"),
    "HTTPS": Check(
        service.https, "the service answers without a key; its certificate; its clock", "service"
    ),
    "UDP": Check(
        service.udp, "the way of the voice: by a STUN server, or by interviews held", "voice"
    ),
    "key": Check(key.key, "the API key: there, sealed, accepted by the service", "key"),
    "versions": Check(machine.versions, "what runs here"),
}
"""By what staff call it."""


def examine(
    patient: Patient, checks: Mapping[str, Check] = CHECKS, limit_s: float = LIMIT_S
) -> Iterator[tuple[str, Finding]]:
    """Every finding with the name of its check.

    Lanes are gone along at the same time.  A check that breaks, or comes to no end, is a finding of
    its own.
    """
    found: dict[str, list[Finding]] = {}
    doctors = [
        threading.Thread(target=_along, args=(patient, checks, lane, found), daemon=True)
        for lane in dict.fromkeys(check.lane for check in checks.values())
    ]
    for doctor in doctors:
        doctor.start()
    end_s = time.monotonic() + limit_s
    for doctor in doctors:
        doctor.join(max(0.0, end_s - time.monotonic()))
    told = dict(found)
    for name in checks:
        for finding in told.get(name, [ENDLESS]):
            yield name, finding


def without_asking(checks: Mapping[str, Check] = CHECKS) -> Mapping[str, Check]:
    """The checks that play no sound and need no network."""
    return {name: check for name, check in checks.items() if check.lane == QUICK}


def _along(
    patient: Patient, checks: Mapping[str, Check], lane: Lane, found: dict[str, list[Finding]]
) -> None:
    for name, check in checks.items():
        if check.lane == lane:
            found[name] = _look(name, check, patient)


def _look(name: str, check: Check, patient: Patient) -> list[Finding]:
    try:
        return list(check.look(patient))
    except Exception as error:
        logger.exception("the check %s broke", name)
        what = f"This could not be looked at ({type(error).__name__})."
        return [Finding("fail", what, "Tell whoever looks after the software.")]
