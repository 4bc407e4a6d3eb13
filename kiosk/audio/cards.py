"""The sound cards that the kernel has, read from `/proc/asound` and `/sys`.

The layout is the kernel's (`Documentation/sound/designs/procfile.rst`, `sound/usb/proc.c`).  Files
that are missing or garbled leave out what they would have told.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.audio.candidates import CARD_ID, CardId, Kind, Usb

ROOT = Path("/")
COMMON_RATES_HZ = (8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000)
"""What is named of a device that can do any rate between two."""
_CARD = re.compile(r"^ *(\d{1,3}) \[([^\]\n]*)\]: (.*)$", re.MULTILINE)
_PCM_FOLDER = re.compile(r"pcm(\d{1,3})([cp])")
_USB_ID = re.compile(r"([0-9a-f]{4}):([0-9a-f]{4})\s*", re.IGNORECASE)
_RANGE = re.compile(r"\b([0-9]{1,7}) - ([0-9]{1,7}) \(continuous\)")


@dataclass(frozen=True, slots=True)
class Line:
    """One PCM of a card in one direction."""

    kind: Kind
    device: int
    """ALSA's number, `DEV=`."""
    channels: tuple[int, ...] = ()
    """How many it can do; empty where the driver does not tell."""
    rates_hz: tuple[int, ...] = ()
    """Its own, in ascending order; empty where the driver does not tell."""


@dataclass(frozen=True, slots=True)
class Card:
    """One sound card."""

    index: int
    id: str
    name: str
    vendor: str = ""
    """USB vendor in four small hexadecimal digits; empty for a card that is not on USB."""
    product: str = ""
    serial: str = ""
    port: str = ""
    """Where it is plugged in, such as `1-1.2`."""
    lines: tuple[Line, ...] = ()

    @property
    def usb(self) -> Usb | None:
        """Its identity without the place."""
        return Usb(self.vendor, self.product) if self.vendor else None

    def line(self, kind: Kind) -> Line | None:
        """Return its first PCM in a direction."""
        return min(
            (line for line in self.lines if line.kind == kind),
            key=lambda line: line.device,
            default=None,
        )

    def is_meant(self, candidate: Usb | CardId) -> bool:
        """Tell whether a candidate fits."""
        if isinstance(candidate, CardId):
            return self.id == candidate.id
        same = (self.vendor, self.product) == (candidate.vendor, candidate.product)
        return same and candidate.place in ("", self.serial, self.port)


def read_cards(root: Path = ROOT) -> tuple[Card, ...]:
    """Return the cards of this moment, in the kernel's order."""
    proc = root / "proc" / "asound"
    return tuple(
        _card(index, card_id, name, proc / f"card{index}", root)
        for index, card_id, name in parse_cards(text_of(proc / "cards"))
    )


def parse_cards(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield index, id and name of every card in `/proc/asound/cards`."""
    for match in _CARD.finditer(text):
        if CARD_ID.fullmatch(card_id := match[2].strip()):
            _, _, name = match[3].partition(" - ")
            yield int(match[1]), card_id, (name or match[3]).strip()


def parse_stream(text: str) -> dict[Kind, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return channel counts and rates in Hz, by direction, of a `/proc/asound/cardN/streamM`."""
    channels: dict[Kind, set[int]] = {}
    rates_hz: dict[Kind, set[int]] = {}
    kind: Kind | None = None
    for line in text.splitlines():
        word, _, rest = line.strip().partition(":")
        if word in ("Playback", "Capture"):
            kind = "output" if word == "Playback" else "input"
            channels[kind], rates_hz[kind] = set(), set()
        elif kind is not None and word == "Channels":
            channels[kind].update(_numbers(rest))
        elif kind is not None and word == "Rates":
            rates_hz[kind].update(_rates(rest))
    return {kind: (_sorted(channels[kind]), _sorted(rates_hz[kind])) for kind in channels}


def text_of(path: Path) -> str:
    """Return what a file of the kernel says; empty where it does not."""
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _card(index: int, card_id: str, name: str, folder: Path, root: Path) -> Card:
    lines = tuple(_lines(folder))
    match = _USB_ID.fullmatch(text_of(folder / "usbid"))
    if not match:
        return Card(index, card_id, name, lines=lines)
    device = _usb_device(root / "sys" / "class" / "sound" / f"card{index}" / "device")
    return Card(
        index,
        card_id,
        name,
        vendor=match[1].lower(),
        product=match[2].lower(),
        serial=text_of(device / "serial").strip() if device else "",
        port=device.name if device else "",
        lines=lines,
    )


def _usb_device(link: Path) -> Path | None:
    """Return the folder of the USB device; a card hangs on one of its interfaces."""
    try:
        return link.resolve(strict=True).parent
    except (OSError, RuntimeError):
        return None


def _lines(folder: Path) -> Iterator[Line]:
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return
    for name in names:
        if match := _PCM_FOLDER.fullmatch(name):
            kind: Kind = "input" if match[2] == "c" else "output"
            told = parse_stream(text_of(folder / f"stream{match[1]}"))
            yield Line(kind, int(match[1]), *told.get(kind, ((), ())))


def _rates(text: str) -> Iterator[int]:
    if span := _RANGE.search(text):
        low, high = int(span[1]), int(span[2])
        yield from (rate for rate in COMMON_RATES_HZ if low <= rate <= high)
    else:
        yield from _numbers(text)


def _numbers(text: str) -> Iterator[int]:
    yield from (int(word) for word in re.findall(r"\b[0-9]{1,7}\b", text))


def _sorted(numbers: set[int]) -> tuple[int, ...]:
    return tuple(sorted(number for number in numbers if number > 0))
