"""Looks at what the candidate will look at: the screen, and the letters on it."""

import re
from collections.abc import Callable, Iterator

from kiosk.core.faults import Fault
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.screen.drivers import DRIVERS, OFFSCREEN_SIZE, candidates
from kiosk.screen.errors import ScreenError
from kiosk.screen.fonts import add_fonts
from kiosk.screen.kms import LOAD_DRIVER, KmsProblem, connectors, probe_kms
from kiosk.screen.modes import is_large, sensible
from kiosk.screen.text import missing_fonts
from kiosk.screen.writing import font_packages
from kiosk.screen.zones import MIN_TEXT_MM, text_mm, text_warning

Probe = Callable[[Patient], KmsProblem | None]


def probe(patient: Patient) -> KmsProblem | None:
    """What keeps this machine from drawing without a desktop."""
    return probe_kms(patient.root)


def driver(patient: Patient, probe: Probe = probe) -> Iterator[Finding]:
    """Whether a screen can be drawn on, and by this user, and at what size."""
    yield _opens(patient, probe)
    size = screen_size(patient)
    if size and is_large(size):
        what = f"{size[0]}x{size[1]} pixels are drawn, which takes much memory and time."
        yield Finding("warn", what, _FEWER)


_FEWER = "Set the desktop, or [screen] width and height, to 1920x1080."


def _opens(patient: Patient, probe: Probe) -> Finding:
    found = _drivers(patient)
    if not found:
        what = "There is no screen: neither a desktop nor a graphics card was found."
        return Finding("fail", what, LOAD_DRIVER)
    if found[0] == "kmsdrm":
        return _without_desktop(probe(patient))
    if found[0] == "offscreen":
        return Finding("warn", "Nobody sees the screen: it is drawn into memory.", _SEE)
    return Finding("pass", f"The desktop's {found[0]} is used.")


_SEE = 'Set [screen] driver to "auto" for a booth.'


def _drivers(patient: Patient) -> tuple[str, ...]:
    asked = patient.settings.screen.driver
    return candidates(asked, patient.environ, patient.root / "dev/dri")


def _without_desktop(problem: KmsProblem | None) -> Finding:
    if problem is None:
        return Finding("pass", "The screen can be drawn on without a desktop.")
    if problem.kind == "held":
        what = f"{problem.what} That is right while the booth itself is running."
        return Finding("warn", what, problem.do)
    return Finding("fail", problem.what, problem.do)


def attached(patient: Patient) -> Iterator[Finding]:
    """Whether the kernel sees a screen at any socket; costs so little that a booth may ask often.

    Nothing is said where a socket cannot tell, or where nobody is to look at the screen.
    """
    told = {
        socket.name: patient.text(f"sys/class/drm/{card}-{socket.name}/status")
        for card in _cards(patient)
        for socket in connectors(patient.root, card)
    }
    if "connected" in told.values():
        yield Finding("pass", "A screen is attached.")
    elif set(told.values()) != {"disconnected"} or patient.settings.screen.driver == "offscreen":
        yield Finding("skip", "This machine does not tell whether a screen is attached.")
    else:
        remedy = Fault.SCREEN_GONE.remedy
        what = f"No screen is attached ({', '.join(told)})."
        yield Finding("warn", what, remedy.do, remedy.code)


def text_size(patient: Patient) -> Iterator[Finding]:
    """Whether subtitles can be read from two metres, in every language that is offered."""
    screen = patient.settings.screen
    size = screen_size(patient)
    if size is None:
        what = "How many pixels the screen has is not known, so neither is the size of letters."
        yield Finding("warn", what, "Switch the screen on, or set [screen] width and height.")
        return
    told = [
        (text_mm(size, screen.diagonal_inch, patient.theme, tag), tag)
        for tag in patient.settings.interview.languages
    ]
    height_mm, language = min(told)
    if text_warning(size, screen.diagonal_inch, patient.theme, language):
        on = f"on {screen.diagonal_inch:g} inch with {size[0]}x{size[1]} pixels"
        what = f"Subtitles are {height_mm:.1f} mm high {on}, less than {MIN_TEXT_MM:.0f} mm."
        yield Finding("warn", what, "Set [screen] diagonal_inch right, or use a larger screen.")
    else:
        yield Finding("pass", f"Subtitles are {height_mm:.1f} mm high.")


def screen_size(patient: Patient) -> tuple[int, int] | None:
    """Pixels that are drawn: as configured, else as the kernel tells of the first screen.

    None when unknown.
    """
    screen = patient.settings.screen
    if screen.width and screen.height:
        return screen.width, screen.height
    if screen.driver == "offscreen":
        return OFFSCREEN_SIZE
    for card in _cards(patient):
        for socket in connectors(patient.root, card):
            found = [re.match(r"(\d+)x(\d+)", mode) for mode in socket.modes]
            sizes = [(int(mode[1]), int(mode[2])) for mode in found if mode]
            if socket.connected and sizes:
                chooses = any(DRIVERS[name].sets_the_mode for name in _drivers(patient)[:1])
                return sensible(sizes[0], sizes) if chooses else sizes[0]
    return None


def _cards(patient: Patient) -> list[str]:
    folders = patient.find("sys/class/drm/card*-*")
    return sorted({folder.name.partition("-")[0] for folder in folders})


def fonts(patient: Patient) -> Iterator[Finding]:
    """Whether the letters of every language that is offered are there."""
    languages = patient.settings.interview.languages
    try:
        if patient.theme.fonts is not None:
            add_fonts(patient.theme.fonts)
        missing = missing_fonts(languages, patient.theme.font)
    except ScreenError as error:
        yield Finding("fail", error.sentence, "Install the booth anew.")
        return
    for language in missing:
        packages = " ".join(font_packages((language,)))
        what = f"No font here can write the language {language}."
        yield Finding("fail", what, f"apt-get install {packages}")
    if not missing:
        yield Finding("pass", f"There are letters for {', '.join(languages)}.")
