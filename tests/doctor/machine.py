"""Machines made of files."""

from pathlib import Path
from typing import Any

from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.settings import Settings


def patient(root: Path, files: dict[str, str] | None = None, **settings: Any) -> Patient:
    """A machine of these files, by their paths below its root."""
    for path, text in (files or {}).items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return Patient(Settings(**settings), root=root)


def told(findings: Any) -> list[tuple[str, str]]:
    """Level and code of each, and that each says something, and what to do where it should."""
    found: list[Finding] = list(findings)
    assert all(each.what for each in found)
    assert all(each.do for each in found if each.level in ("warn", "fail"))
    return [(each.level, each.code) for each in found]
