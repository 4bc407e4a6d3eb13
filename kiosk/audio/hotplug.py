"""Notices that sound cards were plugged in or pulled out.

The kernel announces no change of a file in `/proc`, and udev is not everywhere, so the list of
cards is read four times a second: some 20 µs each.
"""

import time
from collections.abc import Callable
from pathlib import Path

from kiosk.audio.cards import ROOT, parse_cards, text_of

POLL_S = 0.25
"""How old the list of cards may be."""


class Hotplug:
    """Watches the list of cards; cheap to ask at every tick."""

    def __init__(self, root: Path = ROOT, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = root / "proc" / "asound" / "cards"
        self._clock = clock
        self._changes = 0
        self._read_s = clock()
        self._text = text_of(self._path)

    @property
    def changes(self) -> int:
        """Times the list was another one than before."""
        self._look()
        return self._changes

    def has(self, index: int, card_id: str) -> bool:
        """Tell whether a card is there."""
        self._look()
        return any((index, card_id) == found[:2] for found in parse_cards(self._text))

    def _look(self) -> None:
        now_s = self._clock()
        if now_s - self._read_s >= POLL_S:
            before, self._read_s, self._text = self._text, now_s, text_of(self._path)
            self._changes += self._text != before
