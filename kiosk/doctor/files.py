"""Looks at what people write: configuration, interview, theme, and the face that it names."""

from collections.abc import Iterator
from pathlib import Path

from kiosk.core.faults import Fault
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.errors import CommandError
from kiosk.interview.script import ScriptError
from kiosk.screen.assets import AVATAR
from kiosk.screen.avatar_files import faults
from kiosk.screen.theme_file import ThemeError, load_theme

CHANGE_IT = "Change it, then: systemctl reload kiosk."
CONFIG, SCRIPT, THEME = (fault.remedy.code for fault in (Fault.CONFIG, Fault.SCRIPT, Fault.THEME))


def configuration(patient: Patient) -> Iterator[Finding]:
    """Every mistake in `kiosk.toml` and the environment."""
    for sentence in patient.mistakes:
        yield Finding("fail", sentence, CHANGE_IT, CONFIG)
    if not patient.mistakes:
        yield Finding("pass", "The configuration can be used.")


def interview(patient: Patient) -> Iterator[Finding]:
    """Every mistake in the interview, and languages that it is not in."""
    try:
        script = patient.script
    except CommandError as error:
        for sentence in error.sentences:
            code = SCRIPT if isinstance(error, ScriptError) else CONFIG
            yield Finding("fail", sentence, CHANGE_IT, code)
        return
    languages = ", ".join(patient.settings.interview.languages)
    yield Finding("pass", f'The interview is "{script.title}", in {languages}.')


def theme(patient: Patient) -> Iterator[Finding]:
    """Every mistake in the theme that is shown, and those in the event's others."""
    asked = patient.settings.screen.theme
    seen = {asked}
    try:
        seen.add(load_theme(asked, patient.theme_folders).name)
    except ThemeError as error:
        for sentence in error.sentences:
            yield Finding("fail", sentence, CHANGE_IT, THEME)
    else:
        yield Finding("pass", f"The theme {asked} can be shown.")
    for path in _others(patient.theme_folders):
        if path.stem in seen:
            continue
        seen.add(path.stem)
        try:
            load_theme(str(path), ())
        except ThemeError as error:
            for sentence in error.sentences:
                yield Finding("warn", sentence, "Change it before you choose this theme.")


def _others(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(folder.glob("*.toml"))


def avatar(patient: Patient) -> Iterator[Finding]:
    """Everything that is missing of the face."""
    folder = patient.theme.avatar or AVATAR
    wrong = faults(folder)
    for sentence in wrong:
        yield Finding("fail", f"{folder}: {sentence}", "Complete it; docs/avatar.md says how.")
    if not wrong:
        yield Finding("pass", "The face is complete.")
