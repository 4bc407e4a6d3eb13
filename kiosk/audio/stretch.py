"""Makes voice shorter or longer by one period of its pitch, so that nobody hears where (pure).

Both join the sound to itself one period later or earlier, where it looks most like itself, and fade
over; the fade keeps the level whether the two are alike or not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import RATE_HZ

SHORTEST = RATE_HZ * 25 // 10_000
"""Samples of the shortest period: 2.5 ms, 400 Hz (NetEq's range)."""
LONGEST = RATE_HZ * 15 // 1000
"""Samples of the longest period: 15 ms, 67 Hz (NetEq's range)."""
COMPARED = RATE_HZ * 5 // 1000
"""Samples before the join that are compared too."""
PAST = LONGEST + COMPARED
"""Samples of what came before that both functions look at."""
_COARSE = 8
"""The search is made at an eighth of the rate first: 6 kHz holds the pitch."""
_SILENT = 4.0
"""Mean square below which there is nothing to compare."""

_Wide = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stretched:
    """Sound of another length."""

    pcm: Pcm
    change: int
    """Samples that were added, or taken where negative."""


def shorten(past: Pcm, pcm: Pcm, *, most: int, alike: float) -> Stretched | None:
    """Take one period of at most `most` samples out of `pcm`, which follows `past`.

    None where no period is that much `alike` (normalised correlation), or it does not fit.
    """
    line = _line(past, pcm)
    most = min(most, LONGEST, len(pcm) - SHORTEST)
    reach = min(COMPARED, len(pcm) - most)
    found = _period(line, most, reach, forwards=True) if most >= SHORTEST else None
    if found is None or found[1] < alike:
        return None
    period, likeness = found
    fade = min(period, len(pcm) - period)
    now, then = line[PAST:], line[PAST + period :]
    joined = np.concatenate([_across(now[:fade], then[:fade], likeness), then[fade:]])
    return Stretched(_whole(joined), -period)


def lengthen(past: Pcm, pcm: Pcm, *, most: int, alike: float) -> Stretched | None:
    """Play one period of at most `most` samples again before `pcm`, which follows `past`.

    None where no period is that much `alike` (normalised correlation), or it does not fit.
    """
    line = _line(past, pcm)
    most = min(most, LONGEST)
    reach = min(COMPARED, len(pcm))
    fits = most >= SHORTEST and len(pcm) >= SHORTEST
    found = _period(line, most, reach, forwards=False) if fits else None
    if found is None or found[1] < alike:
        return None
    period, likeness = found
    fade = min(period, len(pcm))
    now, again = line[PAST:], line[PAST - period :]
    joined = np.concatenate([_across(now[:fade], again[:fade], likeness), again[fade:]])
    return Stretched(_whole(joined), period)


def _line(past: Pcm, pcm: Pcm) -> _Wide:
    """Return `PAST` samples and `pcm`, with silence before where less is known."""
    line = np.zeros(PAST + len(pcm), np.float32)
    known = past[-PAST:]
    line[PAST - len(known) : PAST] = known
    line[PAST:] = pcm
    return line


def _period(line: _Wide, most: int, reach: int, *, forwards: bool) -> tuple[int, float] | None:
    """Return the period at which the sound looks most like itself at the join, and how much."""
    begin, end = PAST - COMPARED, PAST + reach
    here = line[begin:end]
    if float(np.dot(here, here)) < _SILENT * len(here):
        return most, 1.0
    whole = len(line) // _COARSE * _COARSE
    coarse = line[:whole].reshape(-1, _COARSE).mean(axis=1)
    first, last = SHORTEST // _COARSE, most // _COARSE
    rough, _ = _best(coarse, begin // _COARSE, end // _COARSE, first, last, forwards=forwards)
    first = max(SHORTEST, (rough - 1) * _COARSE)
    last = min(most, (rough + 1) * _COARSE)
    return _best(line, begin, end, first, last, forwards=forwards)


def _best(
    line: _Wide, begin: int, end: int, first: int, last: int, *, forwards: bool
) -> tuple[int, float]:
    """Return the shift from `first` to `last` with the highest normalised correlation."""
    here = line[begin:end]
    size = end - begin
    low = begin + first if forwards else begin - last
    span = line[low : low + last - first + size]
    there = np.lib.stride_tricks.sliding_window_view(span, size)
    energy = np.cumsum(np.concatenate([[0.0], np.square(span, dtype=np.float64)]))
    power = energy[size:] - energy[:-size]
    likeness = (there @ here) / np.sqrt(float(np.dot(here, here)) * np.maximum(power, 1.0))
    at = int(np.argmax(likeness))
    return (first + at if forwards else last - at), float(likeness[at])


def _across(out: _Wide, into: _Wide, likeness: float) -> _Wide:
    """Fade from one to the other at constant level, given how much they are alike."""
    rising = np.linspace(0, 1, len(out), dtype=np.float32)
    falling = 1 - rising
    alike = min(1.0, max(0.0, likeness))
    level = np.sqrt(rising**2 + falling**2 + 2 * alike * rising * falling)
    return np.asarray((out * falling + into * rising) / level, np.float32)


def _whole(line: _Wide) -> Pcm:
    return np.asarray(np.clip(np.rint(line), -32768, 32767), np.int16)
