"""Arithmetic on PCM: levels, channels, sample rates and blocks.  Mono signed 16 bit throughout."""

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ

Pcm = npt.NDArray[np.int16]
"""Mono samples."""

SILENT_DBFS = -100.0
"""The level of digital silence."""
TAPS = 32
"""Filter taps per output sample at equal rates: passband to 0.9 of the lower Nyquist frequency."""


def silence(samples: int = FRAME_SAMPLES) -> Pcm:
    """Return that many zero samples."""
    return np.zeros(samples, np.int16)


def dbfs(pcm: Pcm) -> float:
    """Return the RMS level relative to a full-scale square wave, at least `SILENT_DBFS`."""
    if not len(pcm):
        return SILENT_DBFS
    wide = pcm.astype(np.float32)
    power = float(np.dot(wide, wide)) / len(pcm) / 32768.0**2
    return max(SILENT_DBFS, 10 * math.log10(power)) if power > 0 else SILENT_DBFS


def mono(interleaved: bytes, channels: int) -> Pcm:
    """Average the channels of interleaved s16 samples."""
    samples = np.frombuffer(interleaved, "<i2")
    if channels == 1:
        return samples
    whole = len(samples) // channels * channels
    wide = samples[:whole].reshape(-1, channels).astype(np.int32)
    return np.asarray(wide.sum(axis=1) // channels, np.int16)


def spread(pcm: Pcm, channels: int) -> bytes:
    """Copy mono samples to every channel, interleaved."""
    return pcm.tobytes() if channels == 1 else np.repeat(pcm, channels).tobytes()


class Resampler:
    """Changes the sample rate of a stream, by a windowed-sinc polyphase filter.

    Any cut of the input into calls gives the same output.  Delay: half the filter, under 1 ms at
    48 kHz.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        common = math.gcd(from_hz, to_hz)
        self._up, self._down = to_hz // common, from_hz // common
        self._bank = _filter_bank(self._up, self._down)
        self._tail = np.zeros(self._bank.shape[1] - 1, np.float32)
        self._position = 0
        """Of the next output sample, in units of 1/up input samples after the tail."""

    def __call__(self, pcm: Pcm) -> Pcm:
        """Return the samples that this input completes."""
        if self._up == self._down or not len(pcm):
            return pcm
        taps = self._bank.shape[1]
        line = np.concatenate([self._tail, pcm.astype(np.float32)])
        count = max(0, -(-(len(pcm) * self._up - self._position) // self._down))
        at = self._position + self._down * np.arange(count)
        windows = np.lib.stride_tricks.sliding_window_view(line, taps)[at // self._up]
        out = np.einsum("ij,ij->i", windows, self._bank[at % self._up])
        self._position += count * self._down - len(pcm) * self._up
        self._tail = line[len(line) - taps + 1 :]
        return np.asarray(np.clip(np.rint(out), -32768, 32767), np.int16)


def _filter_bank(up: int, down: int) -> npt.NDArray[np.float32]:
    """Return one row of taps per phase, newest input last; each row sums to one."""
    taps = TAPS * max(1, -(-down // up))
    cutoff = 0.95 * min(1.0, up / down)
    phase = np.arange(up)[:, None] / up
    distance = np.arange(taps)[None, :] - (taps / 2 - 1) - phase
    window = 0.5 + 0.5 * np.cos(2 * np.pi * distance / taps)
    bank = np.sinc(cutoff * distance) * np.where(np.abs(distance) <= taps / 2, window, 0)
    return np.asarray(bank / bank.sum(axis=1, keepdims=True), np.float32)


class Cutter:
    """Cuts a stream of any rate into blocks of 10 ms at 48 kHz."""

    def __init__(self, rate_hz: int) -> None:
        self._resample = Resampler(rate_hz, RATE_HZ)
        self._rest = silence(0)

    def feed(self, pcm: Pcm) -> Iterator[Pcm]:
        """Yield the blocks that these samples complete."""
        self._rest = np.concatenate([self._rest, self._resample(pcm)])
        while len(self._rest) >= FRAME_SAMPLES:
            block, self._rest = self._rest[:FRAME_SAMPLES], self._rest[FRAME_SAMPLES:]
            yield block

    def finish(self) -> Pcm:
        """Return the incomplete last block, filled up with silence."""
        block, self._rest = self._rest, silence(0)
        return np.concatenate([block, silence(FRAME_SAMPLES - len(block))])
