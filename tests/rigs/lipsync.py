"""Judges what an observer recorded: when sounds were heard, and when a mouth moved for them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kiosk.audio.port import RATE_HZ
from tests.rigs.observer import Heard, Seen

SOUND_DBFS = -40.0
"""From there on a word is heard: 20 dB below the level of the voice."""
WINDOW = RATE_HZ // 500
QUIET_S = 0.3
"""Silence before a word, and after it."""
BEFORE_S, AFTER_S = 0.15, 0.4
"""A mouth that opens outside of these, about a sound's beginning, opens for something else."""
REST_S = 0.2
"""So long before a sound the mouth is at rest."""
GREY = 12
"""A pixel has changed that differs by so much, of 255."""
PIXELS = 12
"""So many must, before anybody would see it."""
SWAY = 12
"""Pixels by which a head rises and falls, breathing or nodding, within half a second.  So much more
than the mouth is to be watched above and below it."""
LOUD = 3000
"""Sample value that a clap reaches."""
CLAP_S = 0.1
"""Shorter gaps belong to one clap, and no clap is heard so early."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Said:
    """A word, and what the mouth did for it."""

    late_ms: float
    """From its first sample until the first picture with an open mouth."""
    early_ms: float
    """From the last picture with a closed mouth until its first sample; never below 0."""
    closed_ms: float | None
    """From its last sample until the mouth was at rest; None where it was not."""


def said(seen: Seen, heard: Heard, after_s: float) -> list[Said | None]:
    """Judge each word that was heard after a second of the wall; None for one that no mouth said.

    Both limits of what lies between two pictures are told, so neither figure flatters.
    """
    sounds = [(heard.second(begin), heard.second(end)) for begin, end in sounds_of(heard.pcm)]
    return [_said(seen, begin_s, end_s) for begin_s, end_s in sounds if begin_s > after_s]


def _said(seen: Seen, begin_s: float, end_s: float) -> Said | None:
    rest = _frame(seen, begin_s - REST_S)
    first = _frame(seen, begin_s - BEFORE_S)
    opens = np.flatnonzero(moved(seen, rest, first, _frame(seen, begin_s + AFTER_S)))
    if not len(opens):
        return None
    frame = first + int(opens[0])
    first, last = _frame(seen, end_s), _frame(seen, end_s + AFTER_S)
    opened = np.flatnonzero(moved(seen, rest, first, last))
    shut = first + (int(opened[-1]) + 1 if len(opened) else 0)
    return Said(
        late_ms=1000 * float(seen.at_s[frame] - begin_s),
        early_ms=max(0.0, 1000 * float(begin_s - seen.at_s[frame - 1])),
        closed_ms=1000 * float(seen.at_s[shut] - end_s) if shut < last else None,
    )


def moved(seen: Seen, rest: int, first: int, last: int) -> Flags:
    """Tell for some frames whether they differ from one at rest, wherever the head is by then."""
    height = seen.frames.shape[1] - 2 * SWAY
    middles = seen.frames[first:last, SWAY : SWAY + height].astype(np.int16)
    apart = [
        (np.abs(middles - seen.frames[rest, rise : rise + height]) > GREY).sum((1, 2))
        for rise in range(2 * SWAY + 1)
    ]
    return np.asarray(np.min(apart, axis=0) >= PIXELS)


def sounds_of(pcm: npt.NDArray[np.int16]) -> list[tuple[int, int]]:
    """Find what is heard between silences: its first and last sample, to 2 ms."""
    windows = pcm[: len(pcm) // WINDOW * WINDOW].reshape(-1, WINDOW).astype(np.float64)
    power = np.mean(windows**2, axis=1) / 32768.0**2
    loud = power > 10 ** (SOUND_DBFS / 10)
    quiet = round(QUIET_S * RATE_HZ / WINDOW)
    begins = _begins(loud, quiet)
    ends = [len(loud) - at for at in reversed(_begins(loud[::-1], quiet))]
    return [(WINDOW * begin, WINDOW * end) for begin, end in zip(begins, ends, strict=True)]


def claps(seen: Seen, heard: Heard, claps_s: Sequence[float]) -> tuple[list[float], list[float]]:
    """Tell after how many ms a clapperboard's light was seen, and its click heard, each time."""
    light = seen.frames.mean(axis=(1, 2)) > 128
    lit_s = seen.at_s[np.flatnonzero(light[1:] & ~light[:-1]) + 1]
    loud = np.abs(heard.pcm) > LOUD
    clicks_s = [heard.second(sample) for sample in _begins(loud, round(CLAP_S * RATE_HZ))]
    seen_ms = [1000 * float(lit_s[lit_s > at_s][0] - at_s) for at_s in claps_s]
    heard_ms = [1000 * (min(s for s in clicks_s if s > at_s - CLAP_S) - at_s) for at_s in claps_s]
    return seen_ms, heard_ms


def _begins(loud: Flags, quiet: int) -> list[int]:
    """Tell where something begins after so much quiet."""
    places = np.flatnonzero(loud)
    gaps = np.diff(places, prepend=-quiet - 1)
    return [int(place) for place in places[gaps > quiet]]


def _frame(seen: Seen, at_s: float) -> int:
    """Number of the first picture at a time or after it."""
    return int(np.searchsorted(seen.at_s, at_s))
