"""How staff name a sound device, and which names make no sense (pure).

A setting is a tuple of these in order of preference; the first one that is there is used.
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["input", "output"]
WORDS: dict[Kind, str] = {"input": "microphone", "output": "loudspeaker"}

SYSTEM_DEFAULT = "default"
FILE_PREFIX = "file:"
"""A device whose name begins like this is a file whatever the backend."""
LONGEST = 2000
"""Letters of all candidates of a direction: the settings must fit into the engine's first message,
where a letter may be written as six."""
_USB_PREFIX, _CARD_PREFIX, _PCM_PREFIX = "usb:", "card:", "pcm:"
_IDENTITY = re.compile(
    r"([0-9a-f]{4}):([0-9a-f]{4})(?::([a-z0-9][a-z0-9 ._:+/=-]*))?", re.IGNORECASE
)
"""Serial numbers with other letters exist; the port names such a device.  A udev rule can match
all of these as they are."""
CARD_ID = re.compile(r"[A-Za-z0-9_-]{1,15}")
"""What the kernel takes for a card's id (`sound/core/init.c`)."""


@dataclass(frozen=True, slots=True)
class Usb:
    """A USB device by its identity."""

    vendor: str
    """Four hexadecimal digits in small letters, as the product."""
    product: str
    place: str = ""
    """Serial number, or port such as `1-1.2`; empty for any."""

    def __str__(self) -> str:
        return _USB_PREFIX + ":".join(filter(None, (self.vendor, self.product, self.place)))


@dataclass(frozen=True, slots=True)
class CardId:
    """A sound card by ALSA's id."""

    id: str


@dataclass(frozen=True, slots=True)
class Named:
    """A device by the name that PortAudio lists, which for a PCM is the PCM's."""

    name: str
    whole: bool = False
    """No part of a name will do."""


@dataclass(frozen=True, slots=True)
class Default:
    """Whatever the system takes."""


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A file or pipe, for tests and the demo."""

    path: str


Candidate = Usb | CardId | Named | Default | SoundFile


def read(text: str) -> Candidate:
    """Read one candidate; `ValueError` with the end of a sentence that begins with its setting."""
    if not text.strip() or not text.isprintable():
        raise ValueError("must hold names of devices, each one line of text")
    if text == SYSTEM_DEFAULT:
        return Default()
    if text.startswith(FILE_PREFIX):
        return SoundFile(text.removeprefix(FILE_PREFIX))
    if text.lower().startswith(_USB_PREFIX):
        if match := _IDENTITY.fullmatch(text, len(_USB_PREFIX)):
            return Usb(match[1].lower(), match[2].lower(), (match[3] or "").strip())
        raise ValueError('must name a USB device like "usb:0d8c:0014" or "usb:0d8c:0014:SERIAL"')
    if text.startswith(_CARD_PREFIX):
        if CARD_ID.fullmatch(text, len(_CARD_PREFIX)):
            return CardId(text.removeprefix(_CARD_PREFIX))
        raise ValueError('must name a sound card like "card:kioskmic"')
    if text.startswith(_PCM_PREFIX):
        if name := text.removeprefix(_PCM_PREFIX).strip():
            return Named(name, whole=True)
        raise ValueError('must name a PCM like "pcm:kiosk_mic"')
    return Named(text)


def check(texts: tuple[str, ...]) -> None:
    """Look whether these can be one setting; `ValueError` as `read`."""
    if sum(len(ascii(text)) for text in texts) > LONGEST:
        raise ValueError(f"must be at most {LONGEST} letters in all")
    if len(texts) > 1 and any(isinstance(read(text), SoundFile) for text in texts):
        raise ValueError("must name a file alone, not among other devices")
    for text in texts:
        read(text)
