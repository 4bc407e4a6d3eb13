"""Everything the doctor looks at, in the order in which it is told: one table, one place."""

import logging
from collections.abc import Callable, Iterator, Mapping

from kiosk.doctor import files, key, screen
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient

logger = logging.getLogger(__name__)

Check = Callable[[Patient], Iterator[Finding]]
"""Finds at least one thing; changes nothing."""

CHECKS: Mapping[str, Check] = {
    "configuration": files.configuration,
    "interview": files.interview,
    "theme": files.theme,
    "avatar": files.avatar,
    "screen": screen.driver,
    "text size": screen.text_size,
    "fonts": screen.fonts,
    "key": key.key,
}
"""By what staff call it."""


def examine(
    patient: Patient, checks: Mapping[str, Check] = CHECKS
) -> Iterator[tuple[str, Finding]]:
    """Every finding with the name of its check; a check that breaks is a finding of its own."""
    for name, check in checks.items():
        try:
            findings = list(check(patient))
        except Exception as error:
            logger.exception("the check %s broke", name)
            what = f"This could not be looked at ({type(error).__name__})."
            findings = [Finding("fail", what, "Tell whoever looks after the software.")]
        for finding in findings:
            yield name, finding
