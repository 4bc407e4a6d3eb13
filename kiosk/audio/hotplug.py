"""Notices that sound cards were plugged in or pulled out.

The kernel tells no one of a change in `/proc`, and udev is not everywhere, so the list of cards is
read four times a second: some 20 µs each.
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
        self._read_s = self._clock()
        self._now = self._noted = text_of(self._path)

    def note(self) -> None:
        """Take the list as it is now for known."""
        self._look(0.0)
        self._noted = self._now

    def changed(self) -> bool:
        """Tell whether another card is there, or one is gone, since the last `note`."""
        self._look(POLL_S)
        return self._now != self._noted

    def has(self, index: int, card_id: str) -> bool:
        """Tell whether a card is still there."""
        self._look(POLL_S)
        return any((index, card_id) == found[:2] for found in parse_cards(self._now))

    def _look(self, within_s: float) -> None:
        now_s = self._clock()
        if now_s - self._read_s >= within_s:
            self._read_s = now_s
            self._now = text_of(self._path)
