"""Opens SDL's display with the first video driver that works."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pygame

from kiosk.screen.errors import DisplayError
from kiosk.screen.kms import LOAD_DRIVER, probe_kms
from kiosk.screen.modes import sensible
from kiosk.settings import ScreenSettings

DRI = Path("/dev/dri")
OFFSCREEN_SIZE = (1280, 720)

ENVIRONMENT: Mapping[str, str] = {
    "SDL_VIDEODRIVER": "",
    "SDL_AUDIODRIVER": "dummy",
    "SDL_NO_SIGNAL_HANDLERS": "1",
}
"""What SDL is told in any case: no sound, and signals are left alone."""
COPIED: Mapping[str, str] = {"SDL_FRAMEBUFFER_ACCELERATION": "0", "SDL_RENDER_VSYNC": "0"}
"""The window's pixels are copied to the screen, with no detour through OpenGL."""
TEXTURED: Mapping[str, str] = {"SDL_FRAMEBUFFER_ACCELERATION": "1", "SDL_RENDER_VSYNC": "0"}
"""SDL knows no other way here than OpenGL; the compositor shows whole frames in any case."""
IN_STEP: Mapping[str, str] = {**TEXTURED, "SDL_RENDER_VSYNC": "1"}
"""Nobody else sees to it that frames change between two beats of the screen: SDL waits for it."""


@dataclass(frozen=True, slots=True)
class Driver:
    """How SDL shows a window."""

    environment: Mapping[str, str]
    shown_after_s: float
    """From the end of `update` until a frame is seen, in the middle: waiting for the screen's next
    beat and being sent there, at 60 beats a second."""
    advice: str
    """What staff can do where it does not open."""
    keeps_chords: bool = False
    """Ctrl-Alt-F1 to F12 change to no other terminal."""
    sets_the_mode: bool = False
    """It asks the screen for a size of its own; elsewhere that is the desktop's to choose."""


DRIVERS: Mapping[str, Driver] = {
    "kmsdrm": Driver(
        IN_STEP,
        1 / 60,
        "Check that a screen is plugged in and switched on, that the user is in the groups video, "
        "render and input, and that no desktop holds the display.",
        keeps_chords=True,
        sets_the_mode=True,
    ),
    "wayland": Driver(
        TEXTURED,
        1.5 / 60,
        "Check WAYLAND_DISPLAY and XDG_RUNTIME_DIR: is the desktop running?",
    ),
    "x11": Driver(
        COPIED, 0.5 / 60, "Check DISPLAY: is the desktop running, and may this user draw on it?"
    ),
    "offscreen": Driver(COPIED, 0.0, "SDL cannot even draw into memory: reinstall pygame-ce."),
}


def candidates(driver: str, environment: Mapping[str, str], dri: Path = DRI) -> tuple[str, ...]:
    """Drivers to try in turn; `auto` follows what the machine has and never hides the screen."""
    if driver != "auto":
        return (driver,)
    found = []
    if environment.get("WAYLAND_DISPLAY"):
        found.append("wayland")
    if environment.get("DISPLAY"):
        found.append("x11")
    if not found and any(dri.glob("card*")):
        found.append("kmsdrm")
    return tuple(found)


def open_display(settings: ScreenSettings) -> tuple[pygame.Surface, str]:
    """Open a window or the whole screen; returns its surface and the driver.

    Raises `DisplayError` with a sentence for staff and what was tried.
    """
    names = candidates(settings.driver, os.environ)
    if not names:
        raise DisplayError(
            f"There is no screen: neither a desktop nor a graphics card was found. {LOAD_DRIVER}"
        )
    tried = []
    for name in names:
        try:
            return _open(name, settings), name
        except pygame.error as error:
            pygame.display.quit()
            tried.append(f"{name}: {error}")
    raise DisplayError(
        f"The screen cannot be opened ({'; '.join(tried)}). {advice(names[-1])}", tuple(tried)
    )


def advice(driver: str) -> str:
    """What staff can do where a driver does not open, as closely as it can be told."""
    problem = probe_kms() if driver == "kmsdrm" else None
    return problem.sentence if problem is not None else DRIVERS[driver].advice


def _open(name: str, settings: ScreenSettings) -> pygame.Surface:
    os.environ.update({**ENVIRONMENT, **DRIVERS[name].environment, "SDL_VIDEODRIVER": name})
    pygame.display.init()
    pygame.font.init()
    pygame.display.set_caption("Interview")
    size = (settings.width, settings.height)
    if name == "offscreen":
        size = size if all(size) else OFFSCREEN_SIZE
        return pygame.display.set_mode(size)
    fullscreen = settings.fullscreen or name == "kmsdrm"
    if not all(size):
        desktop = pygame.display.get_desktop_sizes()[0]
        size = desktop if fullscreen else (desktop[0] * 4 // 5, desktop[0] * 9 // 20)
        if DRIVERS[name].sets_the_mode:
            size = sensible(desktop, pygame.display.list_modes())
    surface = pygame.display.set_mode(size, pygame.FULLSCREEN if fullscreen else 0)
    pygame.mouse.set_visible(not fullscreen)
    return surface
