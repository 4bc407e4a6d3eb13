"""Lasting names for the sound devices that staff chose: a udev rule and a part of `asound.conf`.

The rule gives a card its id wherever it is plugged in (udev(7)); the part names a PCM over that id.
Both are text here; `scripts/name-sound-devices` puts them in their places.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.audio.candidates import WORDS, Kind, Usb

MICROPHONE_ID, LOUDSPEAKER_ID, BOTH_ID = "kioskmic", "kioskspeaker", "kiosksound"
"""Card ids; one card that is both has one id."""
BEGIN = "# >>> interview booth: written by scripts/name-sound-devices >>>"
END = "# <<< interview booth <<<"
_PCMS: dict[Kind, str] = {"input": "kiosk_mic", "output": "kiosk_speaker"}
_PORT = re.compile(r"\d+-\d+(\.\d+)*")
"""How the kernel names where a USB device is plugged in."""
_SECTION = re.compile(
    rf"^{re.escape(BEGIN)}$.*?(?:^{re.escape(END)}$\n?|\Z)", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Named:
    """One device that gets a name."""

    kind: Kind
    usb: Usb
    card_id: str

    @property
    def pcm(self) -> str:
        """The name of its PCM."""
        return _PCMS[self.kind]


def name(devices: dict[Kind, Usb]) -> tuple[Named, ...]:
    """Give every device its card's id; `ValueError` with a sentence where one rule fits both."""
    microphone, loudspeaker = devices.get("input"), devices.get("output")
    if microphone is not None and microphone == loudspeaker:
        return tuple(Named(kind, usb, BOTH_ID) for kind, usb in devices.items())
    if microphone and loudspeaker and _may_be_one(microphone, loudspeaker):
        raise ValueError(
            "One device could be both: name each with its port, or both exactly alike."
        )
    ids: dict[Kind, str] = {"input": MICROPHONE_ID, "output": LOUDSPEAKER_ID}
    return tuple(Named(kind, usb, ids[kind]) for kind, usb in devices.items())


def udev_rules(named: tuple[Named, ...]) -> str:
    """Write the rules, one a card."""
    lines = ["# Lasting ids of the booth's sound cards; written by scripts/name-sound-devices.\n"]
    for card_id, usb in {each.card_id: each.usb for each in named}.items():
        matches = [
            'ACTION=="add"',
            'SUBSYSTEM=="sound"',
            'KERNEL=="card*"',
            *_place(usb),
            f'ATTRS{{idVendor}}=="{usb.vendor}"',
            f'ATTRS{{idProduct}}=="{usb.product}"',
        ]
        lines.append(", ".join([*matches, f'ATTR{{id}}="{card_id}"']) + "\n")
    return "".join(lines)


def asound_part(named: tuple[Named, ...]) -> str:
    """Write the PCMs, between the marks by which they are found again."""
    pcms = (
        f"pcm.{each.pcm} {{\n"
        f"    type plug\n"
        f'    slave.pcm "hw:CARD={each.card_id},DEV=0"\n'
        f'    hint {{ show on description "The booth\'s {WORDS[each.kind]}" }}\n'
        f"}}\n"
        for each in named
    )
    return f"{BEGIN}\n{''.join(pcms)}{END}\n"


def with_part(text: str, part: str) -> str:
    """Return a configuration whose marked part is this one (none where it is empty).

    All else stays as it is.
    """
    if not _SECTION.search(text):
        gap = "" if not text or text.endswith("\n") else "\n"
        return text + gap + part if part else text
    parts = iter([part])
    return _SECTION.sub(lambda _: next(parts, ""), text)


def settings_lines(named: tuple[Named, ...]) -> Iterator[str]:
    """Yield what `[audio]` then says."""
    yield from (f'{each.kind} = "card:{each.card_id}"' for each in named)


def _place(usb: Usb) -> list[str]:
    if not usb.place:
        return []
    if _PORT.fullmatch(usb.place):
        return [f'KERNELS=="{usb.place}"']
    return [f'ATTRS{{serial}}=="{usb.place}"']


def _may_be_one(one: Usb, other: Usb) -> bool:
    same = (one.vendor, one.product) == (other.vendor, other.product)
    return same and (not one.place or not other.place)
