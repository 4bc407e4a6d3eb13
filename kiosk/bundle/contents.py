"""Everything that a bundle holds: one table, and one place through which each text passes."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from kiosk.bundle.machine import Machine, MissingError
from kiosk.bundle.redaction import Redaction
from kiosk.bundle.sources import hardware, itself, journal, network, settings, units, versions

logger = logging.getLogger(__name__)

LARGEST_CHARACTERS = 1_000_000
"""Of one member; its beginning goes first."""
CUT = "[the beginning was cut off]\n"

Collector = Callable[[Machine], object]
"""Returns a text, or what JSON can say; raises `MissingError`."""

MEMBERS: Mapping[str, tuple[Collector, str]] = {
    "doctor.json": (itself.doctor, "what `kiosk doctor` finds"),
    "status.json": (itself.status, "what the running booth says of itself"),
    "restarts.json": (itself.restarts, "why the booth restarted itself"),
    "journal.txt": (
        partial(journal.of_boot, boots_ago=0),
        "the journal of its units since this start",
    ),
    "journal-before.txt": (partial(journal.of_boot, boots_ago=1), "the same of the start before"),
    "services.txt": (units.state, "how systemd sees its units"),
    "units.txt": (units.files, "the unit files that hold"),
    "unit-differences.txt": (units.differences, "how they differ from the release"),
    "settings.txt": (settings.settings, "the settings that hold"),
    "versions.txt": (versions.versions, "versions of the booth, Python, Debian and the kernel"),
    "hardware.json": (hardware.hardware, "board, memory, storage, sound, screens, power"),
    "network.json": (network.network, "how the network is"),
}
"""The members by name, with what stands in them."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What was collected, fit to be seen."""

    members: Mapping[str, str]
    """Texts by name."""
    missing: Mapping[str, str]
    """Why a member is not there, in a sentence, by name."""


def collect(
    machine: Machine,
    redaction: Redaction,
    members: Mapping[str, tuple[Collector, str]] = MEMBERS,
) -> Contents:
    """Collect every member; one that breaks hides no other."""
    texts: dict[str, str] = {}
    missing: dict[str, str] = {}
    for name, (collector, _) in members.items():
        try:
            texts[name] = _fit(collector(machine), redaction)
        except MissingError as error:
            missing[name] = redaction.text(str(error))
        except Exception as error:
            logger.exception("the member %s broke", name)
            missing[name] = f"It could not be collected ({type(error).__name__})."
    return Contents(texts, missing)


def _fit(value: object, redaction: Redaction) -> str:
    if not isinstance(value, str):
        return json.dumps(redaction.value(value), ensure_ascii=False, indent=2) + "\n"
    text = redaction.text(value)
    return text if len(text) <= LARGEST_CHARACTERS else CUT + text[-LARGEST_CHARACTERS:]
