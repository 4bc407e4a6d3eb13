"""Opens SDL's display with the first video driver that works."""

import os
from collections.abc import Mapping
from pathlib import Path

import pygame

from kiosk.screen.errors import DisplayError
from kiosk.settings import ScreenSettings

DRI = Path("/dev/dri")
OFFSCREEN_SIZE = (1280, 720)

ENVIRONMENT: Mapping[str, str] = {
    "SDL_VIDEODRIVER": "",
    "SDL_AUDIODRIVER": "dummy",
    "SDL_FRAMEBUFFER_ACCELERATION": "0",
    "SDL_NO_SIGNAL_HANDLERS": "1",
}
"""What SDL is told: no sound, no detour through OpenGL (KMSDRM needs it), signals left alone."""

ADVICE: Mapping[str, str] = {
    "kmsdrm": (
        "Check that a screen is plugged in and switched on, that the user is in the groups video, "
        "render and input, and that no desktop holds the display."
    ),
    "wayland": "Check WAYLAND_DISPLAY and XDG_RUNTIME_DIR: is the desktop running?",
    "x11": "Check DISPLAY: is the desktop running, and may this user draw on it?",
    "offscreen": "SDL cannot even draw into memory: reinstall pygame-ce.",
}
"""What staff can do, per driver."""


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
            "There is no screen: neither a desktop nor a graphics card was found. Plug the screen "
            'in, or set [screen] driver to "offscreen".'
        )
    tried = []
    for name in names:
        try:
            return _open(name, settings), name
        except pygame.error as error:
            pygame.display.quit()
            tried.append(f"{name}: {error}")
    raise DisplayError(
        f"The screen cannot be opened ({'; '.join(tried)}). {ADVICE[names[-1]]}", tuple(tried)
    )


def _open(name: str, settings: ScreenSettings) -> pygame.Surface:
    chosen = {**ENVIRONMENT, "SDL_VIDEODRIVER": name}
    if name == "kmsdrm":
        os.environ.pop("SDL_FRAMEBUFFER_ACCELERATION", None)
        del chosen["SDL_FRAMEBUFFER_ACCELERATION"]
    os.environ.update(chosen)
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
    surface = pygame.display.set_mode(size, pygame.FULLSCREEN if fullscreen else 0)
    pygame.mouse.set_visible(not fullscreen)
    return surface
