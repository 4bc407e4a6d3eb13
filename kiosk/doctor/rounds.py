"""The rounds of a running booth: what the doctor looks at again and again while candidates come.

Only what costs next to nothing and loads nothing; runs in a thread of its own, which nobody waits
for.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from kiosk.core.faults import Fault
from kiosk.doctor import clock, installation, power, recogniser, screen, storage
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.log import CODE_FIELD

logger = logging.getLogger(__name__)

TICK_S = 2.0
"""As often as Linux clears the sign of undervoltage."""
CALM_S = 300.0
"""So long the reason of an advice may come and go, as heat does, before it is over."""
FAULTS: Mapping[str, Fault] = {fault.remedy.code: fault for fault in Fault}


def _remembered(patient: Patient) -> Iterator[Finding]:
    power.remember(patient)
    return power.undervoltage(patient)


@dataclass(frozen=True, slots=True)
class Round:
    """One thing that is looked at again."""

    look: Callable[[Patient], Iterator[Finding]]
    about: str
    """What it looks at, for the handbook."""
    every_s: float = 60.0
    repeat: Callable[[Patient], Iterator[Finding]] | None = None
    """What the running booth does instead, where it does more than look."""
    calm_s: float = CALM_S
    """An advice is over when its reason has not been seen for so long."""


ROUNDS: Mapping[str, Round] = {
    "clock": Round(clock.clock, "the date is possible, and was set by the network"),
    "power": Round(power.undervoltage, "undervoltage, now and since power-on", TICK_S, _remembered),
    "temperature": Round(power.temperature, "heat, and a processor that is slowed down"),
    "space": Round(storage.space, "room in `/` and `/var/lib/kiosk`"),
    "storage": Round(storage.health, "errors and wear of card and disk, made read-only"),
    "screen attached": Round(
        screen.attached, "a screen is plugged in and switched on", TICK_S, calm_s=0.0
    ),
    "recogniser": Round(
        recogniser.recogniser, "speech recognition, where the stand-in is to take over a dead line"
    ),
    "unit files": Round(
        installation.unit_files,
        "units, rules and limits: as this release brought them, read by systemd, overridden",
        600.0,
    ),
}
"""By what staff call it."""


class Tell(Protocol):
    """Hears what changes, in the thread of the rounds."""

    def __call__(self, fault: Fault, *, there: bool) -> object:
        """Take a fault that is there now, or is over."""


class Rounds:
    """Looks at once, and then again in each thing's time; tells what changes."""

    def __init__(
        self,
        patient: Patient,
        tell: Tell,
        *,
        rounds: Mapping[str, Round] = ROUNDS,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._patient = patient
        self._tell = tell
        self._rounds = rounds
        self._now_s = now_s
        self._due_s = dict.fromkeys(rounds, float("-inf"))
        self._said: dict[str, frozenset[str]] = {name: frozenset() for name in rounds}
        """What the journal holds of each."""
        self._before: dict[str, frozenset[str]] = {name: frozenset() for name in rounds}
        """What was found at the last look."""
        self._seen_s: dict[str, dict[Fault, float]] = {name: {} for name in rounds}
        """When each fault that is there was seen last."""
        self._over = threading.Event()

    def start(self) -> None:
        """Begin, and return at once."""
        threading.Thread(target=self._run, name="rounds", daemon=True).start()

    def stop(self) -> None:
        """Begin no other round; one that is under way tells nothing more."""
        self._over.set()

    def step(self) -> None:
        """Look at what is due now."""
        for name, each in self._rounds.items():
            now_s = self._now_s()
            if now_s >= self._due_s[name] and not self._over.is_set():
                self._due_s[name] = now_s + each.every_s
                self._look(name, each.repeat or each.look)

    def _run(self) -> None:
        while not self._over.is_set():
            self.step()
            self._over.wait(TICK_S)

    def _look(self, name: str, look: Callable[[Patient], Iterator[Finding]]) -> None:
        try:
            found = [each for each in look(self._patient) if each.level in ("warn", "fail")]
        except Exception:
            logger.exception("the check %s broke", name)
            return
        if self._over.is_set():
            return
        self._note(name, found)
        calm_s = self._rounds[name].calm_s
        self._compare(self._seen_s[name], {_fault(each) for each in found} - {None}, calm_s)

    def _note(self, name: str, found: list[Finding]) -> None:
        """Tell the journal of a fault when it begins, of anything else when it is seen again."""
        before, self._before[name] = self._before[name], frozenset(map(_key, found))
        self._said[name] &= self._before[name]
        for finding in found:
            fault, key = _fault(finding), _key(finding)
            again = key in before - self._said[name]
            if again if fault is None else fault not in self._seen_s[name]:
                self._said[name] |= {key}
                extra = {CODE_FIELD: finding.code}
                logger.warning("%s: %s %s", name, finding.what, finding.do, extra=extra)

    def _compare(self, seen_s: dict[Fault, float], there: set[Fault | None], calm_s: float) -> None:
        now_s = self._now_s()
        for fault in Fault:
            if fault in there:
                if fault not in seen_s:
                    self._tell(fault, there=True)
                seen_s[fault] = now_s
            elif fault in seen_s and now_s - seen_s[fault] >= calm_s * fault.remedy.advice:
                del seen_s[fault]
                self._tell(fault, there=False)


def _key(finding: Finding) -> str:
    """What stays the same while figures in its sentence change."""
    return finding.code or finding.do


def _fault(finding: Finding) -> Fault | None:
    """What the booth shows of a finding: advice in any case, a fault only where it fails."""
    fault = FAULTS.get(finding.code)
    if fault is None or not (fault.remedy.advice or finding.level == "fail"):
        return None
    return fault
