"""Real sound cards through PyAudio's callback streams, in steps of 10 ms."""

import math
import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from kiosk.audio.backends.base import DeviceError, Hear, Pull, Wanted
from kiosk.audio.backends.finding import FAULTS, Finder, Stream, Watch
from kiosk.audio.backlog import Backlog
from kiosk.audio.candidates import WORDS, Kind
from kiosk.audio.cards import Card
from kiosk.audio.choice import Listed
from kiosk.audio.pcm import Cutter, Resampler, mono, silence, spread
from kiosk.audio.port import FRAME_MS, RATE_HZ

RATES_HZ = (RATE_HZ, 44_100, 32_000, 16_000)
"""Tried in this order, each with one channel and then with two."""
SETTLING_CALLBACKS = 5
"""The first times that a stream tells are wrong."""
PERIOD_MS: Mapping[Kind, int] = {"input": 2 * FRAME_MS, "output": FRAME_MS}
"""Sound in one callback.  A packet to the service needs 20 ms in any case, and half as many
callbacks cost a sixth less of the processor; of the voice every millisecond counts."""
MOST_OFFSET_S = 60.0
"""No device is further from now, even after a stall; what is, counts by another clock."""
STALLED_S = 3.0
"""A stream that calls back no more is as good as gone; a fresh one of PulseAudio may take 2 s."""
CREEP = 0.01
"""How much of a callback's lateness is taken for drift of the device's clock."""
GAP_S = 0.05
"""A callback that is later than that follows sound that is missing."""
_CONTINUE = 0
"""PortAudio's `paContinue`."""
_INT16 = 8
"""PortAudio's `paInt16`."""


class PortAudioBackend:
    """Devices that PortAudio lists: the first candidate that is there, and never another."""

    real = True

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    @property
    def changes(self) -> int:
        """Times that devices came or went."""
        return self._finder.changes

    def check_input(self, wanted: Wanted) -> None:
        """Look whether a microphone is listed; nothing is opened."""
        self._finder.find("input", wanted)

    def check_output(self, wanted: Wanted) -> None:
        """Look whether a loudspeaker is listed."""
        self._finder.find("output", wanted)

    def open_input(self, wanted: Wanted, hear: Hear) -> "CardStream":
        """Begin to capture, at 48 kHz mono or whatever else the device can do."""
        return self._open(
            "input", wanted, lambda rate_hz, channels: _Capture(rate_hz, channels, hear)
        )

    def open_output(self, wanted: Wanted, pull: Pull) -> "CardStream":
        """Begin to play, at 48 kHz mono or whatever else the device can do."""
        return self._open(
            "output", wanted, lambda rate_hz, channels: _Play(rate_hz, channels, pull)
        )

    def refresh(self) -> None:
        """Let go of PortAudio, so that the next look begins with a fresh list."""
        self._finder.refresh()

    def _open(
        self, kind: Kind, wanted: Wanted, make: "Callable[[int, int], _Flow]"
    ) -> "CardStream":
        choice = self._finder.find(kind, wanted)
        device = choice.device
        tried: list[str] = []
        for rate_hz, channels in formats(device, choice.card):
            flow = make(rate_hz, channels)
            try:
                stream = self._finder.library(kind).open(
                    rate=rate_hz,
                    channels=channels,
                    format=_INT16,
                    frames_per_buffer=rate_hz * PERIOD_MS[kind] // 1000,
                    stream_callback=flow.callback,
                    **{kind: True, f"{kind}_device_index": device.index},
                )
            except (OSError, ValueError) as error:
                tried.append(f"{rate_hz} Hz, {channels} channels: {error}")
                continue
            stopped = f'The {WORDS[kind]} "{choice.name}" stopped.'
            return CardStream(stream, flow, stopped, self._finder.watch(choice))
        why = f'The {WORDS[kind]} "{choice.name}" cannot be opened: {tried[0]}.'
        raise DeviceError(FAULTS[kind], why)


class CardStream:
    """An open device."""

    def __init__(self, stream: Stream, flow: "_Flow", stopped: str, watch: Watch) -> None:
        self._stream = stream
        self._flow = flow
        self._stopped = stopped
        self._watch = watch

    @property
    def xruns(self) -> int:
        """Times sound was dropped, or missing."""
        return self._flow.xruns

    @property
    def lost(self) -> str:
        """Why it stopped by itself: PortAudio only ever stops calling, or the card is gone."""
        silent_s = time.monotonic() - self._flow.called_s
        try:
            active = self._stream.is_active() and silent_s < STALLED_S
            runs = active and self._watch.is_there()
        except OSError:
            runs = False
        return "" if runs else self._stopped

    @property
    def suspect(self) -> bool:
        """A sound server may have put another device under it."""
        return self._watch.may_be_moved()

    def close(self) -> None:
        """Close the device; what the card still holds is not waited for."""
        self._stream.close()


class _Flow(ABC):
    """What PortAudio's thread calls."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self.xruns = 0
        self._rate_hz = rate_hz
        self._channels = channels
        self._calls = 0
        self.called_s = time.monotonic()
        """When PortAudio called last."""

    @abstractmethod
    def callback(
        self, captured: bytes | None, frames: int, times: Mapping[str, float], status: int
    ) -> tuple[bytes | None, int]:
        """Handle one period of the card."""

    def _offset_s(self, times: Mapping[str, float], moment: str) -> float | None:
        """Return how far a moment lies from now; None where a stream's times are wrong."""
        self._calls += 1
        self.called_s = time.monotonic()
        offset_s = times[moment] - times["current_time"]
        usable = self._calls > SETTLING_CALLBACKS and abs(offset_s) < MOST_OFFSET_S
        return offset_s if usable else None


class _Play(_Flow):
    def __init__(self, rate_hz: int, channels: int, pull: Pull) -> None:
        super().__init__(rate_hz, channels)
        self._pull = pull
        self._resample = Resampler(RATE_HZ, rate_hz)
        self._rest = silence(0)

    def callback(
        self, _captured: bytes | None, frames: int, times: Mapping[str, float], status: int
    ) -> tuple[bytes | None, int]:
        self.xruns += status != 0 and self._calls > SETTLING_CALLBACKS
        leaves_s = time.monotonic() + max(
            0.0, self._offset_s(times, "output_buffer_dac_time") or 0.0
        )
        line = self._rest
        while len(line) < frames:
            block = self._resample(self._pull(leaves_s + len(line) / self._rate_hz))
            line = np.concatenate([line, block])
        self._rest = line[frames:]
        return spread(line[:frames], self._channels), _CONTINUE


class _Capture(_Flow):
    def __init__(self, rate_hz: int, channels: int, hear: Hear) -> None:
        super().__init__(rate_hz, channels)
        self._hear = hear
        self._cutter = Cutter(rate_hz)
        self._backlog = Backlog()
        self._dropping = False
        self._next_s = -math.inf
        """When the next block begins, by the blocks before it."""

    def callback(
        self, captured: bytes | None, frames: int, times: Mapping[str, float], status: int
    ) -> tuple[bytes | None, int]:
        self.xruns += status != 0 and self._calls > SETTLING_CALLBACKS
        offset_s = self._offset_s(times, "input_buffer_adc_time")
        now_s = time.monotonic()
        backlog_s = self._backlog.take(None if offset_s is None else -offset_s, now_s)
        if backlog_s is None:
            self.xruns += not self._dropping
            self._dropping = True
            return None, _CONTINUE
        self._dropping = False
        self._correct(now_s - frames / self._rate_hz - backlog_s)
        for block in self._cutter.feed(mono(captured or b"", self._channels)):
            at_s, self._next_s = self._next_s, self._next_s + FRAME_MS / 1000
            self._hear(block, at_s)
        return None, _CONTINUE

    def _correct(self, latest_s: float) -> None:
        """Let the blocks be evenly spaced, because callbacks come late but never early."""
        late_s = latest_s - self._next_s
        self.xruns += GAP_S <= late_s < math.inf
        self._next_s = self._next_s + CREEP * late_s if 0 <= late_s < GAP_S else latest_s


def formats(device: Listed, card: Card | None) -> Iterator[tuple[int, int]]:
    """Yield rates in Hz and numbers of channels to try, the best first.

    A card's own rates come first: our filter converts better than `plug`'s straight lines.
    """
    line = card.line(device.kind) if card else None
    own_hz = [rate_hz for rate_hz in RATES_HZ if line and rate_hz in line.rates_hz]
    for rate_hz in dict.fromkeys([*own_hz, RATES_HZ[0], device.rate_hz, *RATES_HZ[1:]]):
        for channels in (1, 2):
            if channels <= device.channels:
                yield rate_hz, channels


def quiet_libraries() -> None:
    """Let only Python write to stderr from now on: ALSA and JACK fill pages with what is normal."""
    sys.stderr.flush()
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
