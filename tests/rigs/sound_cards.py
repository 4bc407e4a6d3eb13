"""A made-up `/proc/asound` and `/sys/class/sound`, laid out as the kernel does."""

import shutil
from dataclasses import dataclass
from pathlib import Path

USB_CARD = "USB-Audio - {name}\n                      {name} at usb-xhci-hcd.0-{port}, full speed"


@dataclass(frozen=True, slots=True)
class FakeCard:
    """One card, to be plugged in."""

    id: str
    name: str = "USB PnP Sound Device"
    usb: str = "0d8c:0014"
    """Vendor and product; empty for a card that is not on USB."""
    serial: str = ""
    port: str = "1-1.2"
    capture: str = "Channels: 1\n    Rates: 44100, 48000"
    """Lines of the stream's file; empty for no such PCM."""
    playback: str = "Channels: 2\n    Rates: 44100, 48000"


class FakeMachine:
    """The root of a machine whose cards are plugged in and pulled out by a test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._cards: dict[int, FakeCard] = {}
        (root / "proc" / "asound").mkdir(parents=True)
        self._list()

    def plug(self, *cards: FakeCard) -> None:
        """Plug cards in, each at the first free number."""
        for card in cards:
            index = next(n for n in range(99) if n not in self._cards)
            self._cards[index] = card
            self._write(index, card)
        self._list()

    def pull(self, card_id: str) -> None:
        """Pull a card out."""
        index = next(n for n, card in self._cards.items() if card.id == card_id)
        del self._cards[index]
        shutil.rmtree(self.root / "proc" / "asound" / f"card{index}")
        shutil.rmtree(self.root / "sys" / "class" / "sound" / f"card{index}", ignore_errors=True)
        self._list()

    def _list(self) -> None:
        text = "--- no soundcards ---\n"
        if self._cards:
            text = "".join(
                f"{n:2} [{card.id:15}]: {USB_CARD.format(name=card.name, port=card.port)}\n"
                for n, card in sorted(self._cards.items())
            )
        (self.root / "proc" / "asound" / "cards").write_text(text)

    def _write(self, index: int, card: FakeCard) -> None:
        folder = self.root / "proc" / "asound" / f"card{index}"
        folder.mkdir()
        stream = f"{card.name} at usb : USB Audio\n"
        for word, told, letter in (
            ("Playback", card.playback, "p"),
            ("Capture", card.capture, "c"),
        ):
            if told:
                (folder / f"pcm0{letter}").mkdir()
                stream += (
                    f"\n{word}:\n  Status: Stop\n  Interface 1\n    Format: S16_LE\n    {told}\n"
                )
        if not card.usb:
            return
        (folder / "stream0").write_text(stream)
        (folder / "usbid").write_text(card.usb + "\n")
        device = self.root / "sys" / "devices" / "usb1" / card.port
        interface = device / f"{card.port}:1.0"
        interface.mkdir(parents=True, exist_ok=True)
        if card.serial:
            (device / "serial").write_text(card.serial + "\n")
        sound = self.root / "sys" / "class" / "sound" / f"card{index}"
        sound.mkdir(parents=True)
        (sound / "device").symlink_to(interface)
