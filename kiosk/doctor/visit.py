"""The command `kiosk doctor`."""

import os
from collections.abc import Mapping
from pathlib import Path

from kiosk import config
from kiosk.doctor import report
from kiosk.doctor.checks import examine
from kiosk.doctor.patient import admit
from kiosk.host.systemd import under_systemd


def main(config_path: Path | None, *, json: bool) -> int:
    """Print every finding; returns 0, or 69 when something fails."""
    findings = list(examine(admit(config_path, _environ())))
    print(report.as_json(findings) if json else report.plain(findings))
    return report.status(findings)


def _environ() -> Mapping[str, str]:
    try:
        return config.environment(os.environ, Path.cwd(), under_systemd=under_systemd(os.environ))
    except config.ConfigError:
        return os.environ
