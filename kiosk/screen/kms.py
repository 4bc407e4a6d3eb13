"""Why SDL cannot draw without a desktop, found out where SDL only says `kmsdrm not available`.

SDL 2.32 (`src/video/kmsdrm/SDL_kmsdrmvideo.c`) takes the first card of /dev/dri that it may open,
that has a connector with a screen and a mode, and of which it becomes the DRM master.  It needs the
libraries in `LIBRARIES`, which its wheel does not bring.  The same is looked at here in turn.
"""

import ctypes
import fcntl
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from errno import EBUSY
from pathlib import Path
from typing import Literal

LIBRARIES: Mapping[str, str] = {
    "libdrm.so.2": "libdrm2",
    "libgbm.so.1": "libgbm1",
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libudev.so.1": "libudev1",
}
"""What SDL loads for it, and Debian's package of each."""
HOLDERS = frozenset(
    {
        *("Xorg", "Xwayland", "labwc", "wayfire", "weston", "sway", "cage", "kwin_wayland"),
        *("gnome-shell", "mutter", "plymouthd", "kmscon", "kodi.bin", "vlc", "mpv", "kiosk"),
    }
)
"""Programs that draw on the whole screen, as the kernel names them."""
SET_MASTER, DROP_MASTER = 0x641E, 0x641F
"""`DRM_IOCTL_SET_MASTER` and `DRM_IOCTL_DROP_MASTER` of the kernel's `drm.h`."""


@dataclass(frozen=True, slots=True)
class KmsProblem:
    """What keeps SDL from the screen."""

    kind: Literal["no card", "no driver", "permission", "no screen", "no mode", "held", "libraries"]
    what: str
    """One sentence about what is wrong."""
    do: str
    """One sentence about what staff can do."""

    @property
    def sentence(self) -> str:
        """Both."""
        return f"{self.what} {self.do}"


@dataclass(frozen=True, slots=True)
class Connector:
    """A socket for a screen."""

    name: str
    """As it is called in the kernel's command line: `HDMI-A-1`."""
    connected: bool
    modes: bool
    """The screen tells what it can show."""


def take_master(card: Path) -> None:
    """Become the one who draws on a card, and let go at once; raises `OSError` when refused."""
    file = os.open(card, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.ioctl(file, SET_MASTER)
        fcntl.ioctl(file, DROP_MASTER)
    finally:
        os.close(file)


def loads(library: str) -> bool:
    """Whether a shared library is there."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def probe_kms(
    root: Path = Path("/"),
    *,
    may_use: Callable[[Path], bool] = lambda path: os.access(path, os.R_OK | os.W_OK),
    take: Callable[[Path], None] = take_master,
    loads: Callable[[str], bool] = loads,
) -> KmsProblem | None:
    """Return what keeps SDL from drawing without a desktop, or None when nothing was found.

    Looks at `dev`, `sys` and `proc` under `root`.  While a booth draws, that one holds the screen.
    """
    cards = {card: connectors(root, card.name) for card in sorted((root / "dev/dri").glob("card*"))}
    shown = {card: found for card, found in cards.items() if found}
    if not shown:
        return _no_driver(has_cards=bool(cards))
    allowed = {card: found for card, found in shown.items() if may_use(card)}
    if not allowed:
        return _forbidden([*shown])
    renders = sorted((root / "dev/dri").glob("renderD*"))
    if renders and not any(may_use(each) for each in renders):
        return _forbidden(renders)
    ready = [card for card, found in allowed.items() if any(c.connected and c.modes for c in found)]
    if not ready:
        return _no_screen([each for found in allowed.values() for each in found])
    if missing := [package for name, package in LIBRARIES.items() if not loads(name)]:
        return _incomplete(missing)
    refused = [card for card in ready if not _free(card, take)]
    return _held(root) if len(refused) == len(ready) else None


def connectors(root: Path, card: str) -> list[Connector]:
    """The sockets of a card, by what the kernel says of them."""
    return [
        Connector(
            folder.name.removeprefix(f"{card}-"),
            _text(folder / "status") == "connected",
            bool(_text(folder / "modes")),
        )
        for folder in sorted((root / "sys/class/drm").glob(f"{card}-*"))
        if (folder / "status").is_file() and "Writeback" not in folder.name
    ]


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _free(card: Path, take: Callable[[Path], None]) -> bool:
    """Whether one may draw on a card: not so while somebody else does (EACCES; EBUSY for root)."""
    try:
        take(card)
    except OSError as error:
        return not isinstance(error, PermissionError) and error.errno != EBUSY
    return True


def _no_driver(*, has_cards: bool) -> KmsProblem:
    config = "/boot/firmware/config.txt"
    do = f"On a Raspberry Pi put dtoverlay=vc4-kms-v3d into {config}, and reboot."
    if has_cards:
        return KmsProblem("no driver", "No graphics card here has a socket for a screen.", do)
    return KmsProblem("no card", "There is no graphics card (/dev/dri/card*).", do)


def _forbidden(paths: list[Path]) -> KmsProblem:
    names = " and ".join(f"/dev/dri/{path.name}" for path in paths)
    return KmsProblem(
        "permission",
        f"This user may not use {names}.",
        "Add it to the groups video, render and input (in a unit: SupplementaryGroups=).",
    )


def _no_screen(found: list[Connector]) -> KmsProblem:
    dumb = [each.name for each in found if each.connected]
    if dumb:
        return KmsProblem(
            "no mode",
            f"The screen at {' and '.join(dumb)} does not say what it can show.",
            f"Change its cable, or add video={dumb[0]}:1920x1080@60D to the kernel's command line.",
        )
    names = ", ".join(each.name for each in found)
    return KmsProblem(
        "no screen",
        f"No screen is attached ({names}).",
        "Plug it in and switch it on. For a screen that is switched on after the computer, add "
        f"video={found[0].name}:1920x1080@60D to the kernel's command line.",
    )


def _held(root: Path) -> KmsProblem:
    running = {_text(path) for path in (root / "proc").glob("[0-9]*/comm")}
    names = sorted(running & HOLDERS)
    who = f" ({', '.join(names)} is running)" if names else ""
    return KmsProblem(
        "held",
        f"Somebody else draws on the screen{who}.",
        "Stop the desktop, the boot picture or the other booth.",
    )


def _incomplete(packages: list[str]) -> KmsProblem:
    return KmsProblem(
        "libraries",
        "Libraries that draw without a desktop are missing.",
        f"Install {' '.join(packages)} and libgl1-mesa-dri.",
    )
