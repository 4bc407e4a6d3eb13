"""PCMs of our own for the cards that are meant: what PortAudio lists under a name it can open.

PortAudio takes only what it lists, and its own names for cards hold numbers that change.  So the
engine gives libasound a second configuration file, which is read after the system's: with a `plug`
(any rate, any number of channels) over each card's id.  It is an anonymous file of this process,
so that an engine that is killed leaves nothing behind.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

PREFIX = "kiosk_own_"
"""Begins the names of our PCMs; nobody else's are named so."""
VARIABLE = "ALSA_CONFIG_PATH"
"""Tells libasound its files, separated by colons; all are read, later ones last (`conf.c`)."""
_SYSTEM_FOLDER = "/usr/share/alsa"

Body = Callable[[str, int], str]
"""Given a card's id and a device number, returns the inside of a `pcm { }`."""


def hardware(card_id: str, device: int) -> str:
    """Reach the card itself, at any rate and with any number of channels."""
    return f'type plug slave.pcm "hw:CARD={card_id},DEV={device}"'


def own_name(card_id: str, device: int) -> str:
    """Name our PCM for a device of a card."""
    return f"{PREFIX}{card_id}_{device}"


def configuration(devices: Iterable[tuple[str, int]], body: Body = hardware) -> str:
    """Write PCMs for devices, each a card's id and a device number."""
    return "".join(
        f'pcm."{own_name(*device)}" {{ {body(*device)} }}\n' for device in sorted(set(devices))
    )


class OwnConfiguration:
    """What this process tells libasound beyond the system's configuration."""

    def __init__(self) -> None:
        self._file: int | None = None

    @property
    def written(self) -> bool:
        """Something was told before."""
        return self._file is not None

    def write(self, text: str) -> None:
        """Tell it from now on: libasound looks for another file whenever it opens anything."""
        fresh = os.memfd_create("kiosk-alsa")
        Path(f"/proc/self/fd/{fresh}").write_text(text, "utf-8")
        if self._file is None:
            self._file = fresh
            os.environ[VARIABLE] = f"{system_files()}:/proc/self/fd/{fresh}"
        else:
            os.dup2(fresh, self._file, inheritable=False)
            os.close(fresh)


def system_files() -> str:
    """Return what libasound would read without us."""
    folder = os.environ.get("ALSA_CONFIG_DIR") or _SYSTEM_FOLDER
    return os.environ.get(VARIABLE) or f"{folder}/alsa.conf"
