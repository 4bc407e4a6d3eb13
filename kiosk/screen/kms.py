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
STOP_DESKTOP, STOP_BOOT_PICTURE = "systemctl stop display-manager", "plymouth quit"
HOLDERS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("Xorg", "Xwayland", "labwc", "wayfire", "weston", "sway", "cage", "kwin_wayland"),
            *("gnome-shell", "mutter"),
        ),
        STOP_DESKTOP,
    ),
    "plymouthd": STOP_BOOT_PICTURE,
    "kiosk": "systemctl stop kiosk",
    **{name: f"pkill {name}" for name in ("kmscon", "kodi.bin", "vlc", "mpv")},
}
"""Programs that draw on the whole screen, as the kernel names them, and what stops each."""
FOR_GOOD = "systemctl set-default multi-user.target"
"""Keeps the desktop from starting."""
LOAD_DRIVER = (
    "On a Raspberry Pi put dtoverlay=vc4-kms-v3d into /boot/firmware/config.txt, and reboot."
)
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
    modes: tuple[str, ...]
    """What the screen says it can show, best first: `1920x1080`; empty when it does not say."""


class ClosedError(Exception):
    """A card may not even be opened, whatever its file's permissions say."""


def take_master(card: Path) -> None:
    """Become the one who draws on a card, and let go at once.

    Raises `ClosedError` when it may not be opened, and `OSError` when something else is refused.
    """
    try:
        file = os.open(card, os.O_RDWR | os.O_CLOEXEC)
    except PermissionError as error:
        raise ClosedError from error
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
    own_pid: int | None = None,
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
    tried = {card: _try(card, take) for card in ready}
    if "free" in tried.values():
        return None
    if "held" in tried.values():
        return _held(root, os.getpid() if own_pid is None else own_pid)
    return _forbidden(ready)


def connectors(root: Path, card: str) -> list[Connector]:
    """The sockets of a card, by what the kernel says of them."""
    return [
        Connector(
            folder.name.removeprefix(f"{card}-"),
            _text(folder / "status") == "connected",
            tuple(_text(folder / "modes").split()),
        )
        for folder in sorted((root / "sys/class/drm").glob(f"{card}-*"))
        if (folder / "status").is_file() and "Writeback" not in folder.name
    ]


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _try(card: Path, take: Callable[[Path], None]) -> Literal["free", "held", "closed"]:
    """Who draws on a card: somebody else is told by EACCES, and by EBUSY for root."""
    try:
        take(card)
    except ClosedError:
        return "closed"
    except OSError as error:
        held = isinstance(error, PermissionError) or error.errno == EBUSY
        return "held" if held else "free"
    return "free"


def _no_driver(*, has_cards: bool) -> KmsProblem:
    if has_cards:
        what = "No graphics card here has a socket for a screen."
        return KmsProblem("no driver", what, LOAD_DRIVER)
    return KmsProblem("no card", "There is no graphics card (/dev/dri/card*).", LOAD_DRIVER)


def _forbidden(paths: list[Path]) -> KmsProblem:
    names = " and ".join(f"/dev/dri/{path.name}" for path in paths)
    return KmsProblem(
        "permission",
        f"This user may not use {names}.",
        "Add it to the groups video, render and input (in a unit: SupplementaryGroups=, and "
        "DeviceAllow=char-drm rw).",
    )


def _no_screen(found: list[Connector]) -> KmsProblem:
    dumb = [each.name for each in found if each.connected]
    if dumb:
        return KmsProblem(
            "no mode",
            f"The screen at {' and '.join(dumb)} does not say what it can show.",
            f"Change its cable, or tell the kernel. {_told_to_kernel(dumb[0])}",
        )
    names = ", ".join(each.name for each in found)
    return KmsProblem(
        "no screen",
        f"No screen is attached ({names}).",
        "Plug it in and switch it on. The kernel must know of a screen that is switched on after "
        f"the computer. {_told_to_kernel(found[0].name)}",
    )


def _told_to_kernel(socket: str) -> str:
    option = f"video={socket}:1920x1080@60D"
    return (
        f"On a Raspberry Pi: sed -i '1s/$/ {option}/' /boot/firmware/cmdline.txt, then reboot; "
        f"elsewhere add {option} to the kernel's command line."
    )


def _held(root: Path, own_pid: int) -> KmsProblem:
    """Names who else may hold the screen; in a unit with `ProtectProc=` nobody can be seen."""
    running = {
        _text(path)
        for path in (root / "proc").glob("[0-9]*/comm")
        if path.parent.name != str(own_pid)
    }
    names = sorted(running & HOLDERS.keys())
    who = f" ({', '.join(names)} is running)" if names else ""
    commands = dict.fromkeys(HOLDERS[name] for name in names)
    if commands:
        do = f"Stop it: {', '.join(commands)}."
    else:
        do = f"A desktop is stopped by {STOP_DESKTOP}, a boot picture by {STOP_BOOT_PICTURE}."
    if not names or STOP_DESKTOP in commands:
        do += f" So that no desktop starts: {FOR_GOOD}."
    return KmsProblem("held", f"Somebody else draws on the screen{who}.", do)


def _incomplete(packages: list[str]) -> KmsProblem:
    return KmsProblem(
        "libraries",
        "Libraries that draw without a desktop are missing.",
        f"Install {' '.join(packages)} and libgl1-mesa-dri.",
    )
