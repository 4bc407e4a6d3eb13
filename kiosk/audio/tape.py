"""Decoded sound on its way to the sound card, and the account of every sample of it."""

from collections import deque
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.stretch import PAST

Kind = Literal["spoken", "repaired", "concealed", "repeated", "idle", "filler", "silence"]
"""What a sample is; the counter of that name counts it."""


@dataclass(slots=True)
class Counts:
    """What became of packets and samples since the start."""

    late: int = 0
    """Packets that came when their turn was over."""
    duplicate: int = 0
    damaged: int = 0
    overflow: int = 0
    """Packets dropped because the queue was full."""
    lost: int = 0
    """Packets whose turn came and which were not there."""
    underruns: int = 0
    """Times the queue ran dry in mid-speech."""

    voice: int = 0
    """Samples of the sender's speech whose turn is over, in the sender's own time: a shortened
    packet counts whole, a repeated period nothing, a lost packet as if it had been there."""

    spoken: int = 0
    """Samples pulled that are the sender's speech."""
    repaired: int = 0
    """Samples pulled that stand in for a lost packet while the next one was there to tell of it."""
    concealed: int = 0
    """Samples pulled that stand in for a lost packet, made up."""
    repeated: int = 0
    """Samples pulled that lengthen speech by a period."""
    idle: int = 0
    """Samples pulled of a sender that idles."""
    filler: int = 0
    """Samples pulled that were made up because nothing had come, or the sender paused."""
    silence: int = 0
    """Samples pulled from an empty queue."""
    cut: int = 0
    """Samples of speech taken out to shorten it."""

    @property
    def pulled(self) -> int:
        """All samples: each is in exactly one of the counters above."""
        sender = self.spoken + self.repaired + self.concealed + self.repeated
        return sender + self.idle + self.filler + self.silence


class _Piece(NamedTuple):
    pcm: Pcm
    kind: Kind
    voice: int
    """Samples of the sender's speech that are over once this is played."""


class Tape:
    """A short queue of samples; counts them as they leave."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._pieces: deque[_Piece] = deque()
        self._length = 0
        self.past = silence(PAST)
        """The last samples that were added, whether they have left or not."""

    def __len__(self) -> int:
        return self._length

    @property
    def voice(self) -> int:
        """Samples of the sender's speech that wait here."""
        return sum(piece.voice for piece in self._pieces)

    def add(self, pcm: Pcm, kind: Kind, voice: int = 0) -> None:
        """Put sound at the end."""
        if not len(pcm):
            self._counts.voice += voice
            return
        self._pieces.append(_Piece(pcm, kind, voice))
        self._length += len(pcm)
        self.past = np.concatenate([self.past, pcm])[-PAST:]

    def take(self, samples: int) -> Pcm:
        """Remove that many samples from the front; so many must be there."""
        parts: list[Pcm] = []
        while samples:
            pcm, kind, voice = self._pieces.popleft()
            if len(pcm) > samples:
                share = voice * samples // len(pcm)
                self._pieces.appendleft(_Piece(pcm[samples:], kind, voice - share))
                pcm, voice = pcm[:samples], share
            setattr(self._counts, kind, getattr(self._counts, kind) + len(pcm))
            self._counts.voice += voice
            self._length -= len(pcm)
            samples -= len(pcm)
            parts.append(pcm)
        return parts[0] if len(parts) == 1 else np.concatenate([silence(0), *parts])

    def fade_out(self, samples: int) -> None:
        """Fade what waits to silence within that many samples and drop the rest."""
        gain = np.linspace(1, 0, samples, dtype=np.float32)
        pieces, self._pieces, self._length = self._pieces, deque(), 0
        self.past = silence(PAST)
        for pcm, kind, voice in pieces:
            part, gain = gain[: len(pcm)], gain[len(pcm) :]
            if len(part):
                left = min(len(part), voice * len(part) // len(pcm))
                self.add((pcm[: len(part)] * part).astype(np.int16), kind, left)
