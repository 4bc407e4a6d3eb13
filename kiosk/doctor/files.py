"""Looks at what people write: configuration, interview, theme, and the face that it names."""

from collections.abc import Iterator
from pathlib import Path

from kiosk.core.faults import Fault
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.doctor.screen import screen_size
from kiosk.errors import CommandError
from kiosk.interview.script import ScriptError
from kiosk.screen.assets import AVATAR
from kiosk.screen.avatar import Avatar
from kiosk.screen.avatar_files import faults
from kiosk.screen.errors import ScreenError
from kiosk.screen.grid import grid
from kiosk.screen.modes import FULL_HD
from kiosk.screen.theme_file import ThemeError, load_theme

CHANGE_IT = "Change it, then: systemctl reload kiosk."
MEND_FACE = "Mend it; docs/avatar.md says how."
MOST_MIB = 32
"""What all pictures of a face may take at 1080 lines, beside all else that a machine holds."""
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
    """Everything that is missing of the face, and what shows only once it is drawn."""
    folder = patient.theme.avatar or AVATAR
    wrong = faults(folder)
    for sentence in wrong:
        yield Finding("fail", f"{folder}: {sentence}", MEND_FACE)
    if not wrong:
        yield _drawn(folder, grid(screen_size(patient) or FULL_HD).face.w)


def _drawn(folder: Path, side_px: int) -> Finding:
    try:
        face = Avatar(side_px, folder)
    except ScreenError as error:
        return Finding("fail", f"{folder}: {error.sentence}", MEND_FACE, THEME)
    mib = face.memory_bytes / 2**20 * (grid(FULL_HD).face.w / side_px) ** 2
    if mib > MOST_MIB:
        what = f"The face takes {mib:.0f} MiB at 1080 lines, more than {MOST_MIB}."
        return Finding("warn", f"{folder}: {what}", "docs/avatar.md says what makes it smaller.")
    return Finding("pass", "The face is complete.")
