"""The command `kiosk doctor`."""

import os
from collections.abc import Mapping
from pathlib import Path

from kiosk import config
from kiosk.doctor import report
from kiosk.doctor.checks import CHECKS, examine, without_asking
from kiosk.doctor.finding import Level
from kiosk.doctor.patient import admit
from kiosk.host import outcome
from kiosk.host.systemd import under_systemd

NAME = "doctor"
"""Of the unit, without `kiosk-`."""
BEGUN = "Looking at everything; a quiet noise is played for two seconds."
PRIORITIES: Mapping[Level, str] = {"pass": "<6>", "skip": "<6>", "warn": "<4>", "fail": "<3>"}
"""What the journal takes from the beginning of a line (`sd-daemon`)."""


def main(config_path: Path | None, *, json: bool, quick: bool = False, tell: bool = False) -> int:
    """Print every finding; returns 0, or 69 when something fails.

    `quick` plays no sound and uses no network.  `tell` is for the unit: systemd and the booth's
    screen are told the sum of it, and beforehand that it begins.
    """
    if tell:
        outcome.tell(NAME, "pass", BEGUN)
    findings = list(examine(admit(config_path, _environ()), without_asking() if quick else CHECKS))
    if tell:
        for level, line in report.lines(findings):
            print(f"{PRIORITIES[level]}{line}")
        worst = report.worst(findings)
        outcome.tell(NAME, "pass" if worst == "skip" else worst, report.headline(findings))
    else:
        print(report.as_json(findings) if json else report.plain(findings))
    return report.status(findings)


def _environ() -> Mapping[str, str]:
    try:
        return config.environment(os.environ, Path.cwd(), under_systemd=under_systemd(os.environ))
    except config.ConfigError:
        return os.environ
