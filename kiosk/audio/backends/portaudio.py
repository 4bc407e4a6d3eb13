"""Real sound cards through PyAudio's callback streams, in steps of 10 ms."""

import importlib
import math
import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, Protocol

import numpy as np

from kiosk.audio.backends.base import DeviceError, Hear, Pull
from kiosk.audio.pcm import Cutter, Resampler, mono, silence, spread
from kiosk.audio.port import FRAME_MS, RATE_HZ
from kiosk.core.faults import Fault

Kind = Literal["input", "output"]
Device = Mapping[str, Any]
"""PortAudio's description of a device."""
SYSTEM_DEFAULT = "default"
RATES_HZ = (RATE_HZ, 44_100, 32_000, 16_000)
"""Tried in this order, each with one channel and then with two."""
SETTLING_CALLBACKS = 5
"""The first times that a stream tells are wrong."""
BACKLOG_S = 0.15
"""Captured sound that is older than at its freshest by that much has piled up, and is dropped."""
CREEP = 0.005
"""How much of a callback's lateness is taken for drift of the device's clock."""
GAP_S = 0.05
"""A callback that is later than that follows sound that is missing."""
_FAULTS: Mapping[Kind, Fault] = {"input": Fault.MIC_MISSING, "output": Fault.SPEAKER_MISSING}
_WORDS: Mapping[Kind, str] = {"input": "microphone", "output": "loudspeaker"}
_CONTINUE = 0
"""PortAudio's `paContinue`."""


class _Library(Protocol):
    """What is used of a `pyaudio.PyAudio`."""

    def get_device_count(self) -> int: ...
    def get_device_info_by_index(self, device_index: int) -> Device: ...
    def get_default_input_device_info(self) -> Device: ...
    def get_default_output_device_info(self) -> Device: ...
    def open(self, **arguments: object) -> "_Stream": ...
    def terminate(self) -> None: ...


class _Stream(Protocol):
    """What is used of a `pyaudio.PyAudio.Stream`."""

    def is_active(self) -> bool: ...
    def close(self) -> None: ...


class PortAudioBackend:
    """Devices that PortAudio lists, chosen by name and never replaced by others."""

    real = True

    def __init__(self) -> None:
        self._module: Any = None
        self._audio: _Library | None = None

    def check_input(self, name: str) -> None:
        """Look whether the microphone is listed; nothing is opened."""
        self.find("input", name)

    def check_output(self, name: str) -> None:
        """Look whether the loudspeaker is listed."""
        self.find("output", name)

    def open_input(self, name: str, hear: Hear) -> "CardStream":
        """Begin to capture, at 48 kHz mono or whatever else the device can do."""
        return self._open(
            "input", name, lambda rate_hz, channels: _Capture(rate_hz, channels, hear)
        )

    def open_output(self, name: str, pull: Pull) -> "CardStream":
        """Begin to play, at 48 kHz mono or whatever else the device can do."""
        return self._open("output", name, lambda rate_hz, channels: _Play(rate_hz, channels, pull))

    def refresh(self) -> None:
        """Let go of PortAudio, so that the next look begins with a fresh list."""
        if self._audio is not None:
            self._audio.terminate()
            self._audio = None

    def devices(self, kind: Kind) -> list[Device]:
        """Return what PortAudio lists for a direction."""
        audio = self._started(kind)
        every = [audio.get_device_info_by_index(i) for i in range(audio.get_device_count())]
        return [device for device in every if _channels(device, kind) > 0]

    def find(self, kind: Kind, name: str) -> Device:
        """Return the one device that is meant; `DeviceError` where none or several are."""
        devices = self.devices(kind)
        if name == SYSTEM_DEFAULT:
            return self._default(kind)
        exact = [device for device in devices if device["name"] == name]
        meant = exact or [device for device in devices if name and name in device["name"]]
        if len(meant) == 1:
            return meant[0]
        there = ", ".join(f'"{device["name"]}"' for device in meant or devices) or "none at all"
        clause = "the name fits several" if meant else "there are"
        why = f'There is no {_WORDS[kind]} "{name}"; {clause}: {there}.'
        raise DeviceError(_FAULTS[kind], why)

    def _default(self, kind: Kind) -> Device:
        audio = self._started(kind)
        try:
            device: Device = (
                audio.get_default_input_device_info()
                if kind == "input"
                else audio.get_default_output_device_info()
            )
        except OSError as error:
            why = f"The system has no default {_WORDS[kind]}."
            raise DeviceError(_FAULTS[kind], why) from error
        return device

    def _started(self, kind: Kind) -> _Library:
        if self._audio is None:
            try:
                self._module = importlib.import_module("pyaudio")
            except ImportError as error:
                why = f"The {_WORDS[kind]} cannot be used: PyAudio is not installed ({error})."
                raise DeviceError(_FAULTS[kind], why) from error
            audio: _Library = self._module.PyAudio()
            self._audio = audio
        return self._audio

    def _open(self, kind: Kind, name: str, flow: "Callable[[int, int], _Flow]") -> "CardStream":
        device = self.find(kind, name)
        tried: list[str] = []
        for rate_hz, channels in _formats(device, kind):
            card = flow(rate_hz, channels)
            try:
                stream = self._started(kind).open(
                    rate=rate_hz,
                    channels=channels,
                    format=self._module.paInt16,
                    frames_per_buffer=rate_hz // 100,
                    stream_callback=card.callback,
                    **{kind: True, f"{kind}_device_index": device["index"]},
                )
            except (OSError, ValueError) as error:
                tried.append(f"{rate_hz} Hz, {channels} channels: {error}")
                continue
            return CardStream(stream, card, f'The {_WORDS[kind]} "{device["name"]}" stopped.')
        why = f'The {_WORDS[kind]} "{device["name"]}" cannot be opened: {tried[0]}.'
        raise DeviceError(_FAULTS[kind], why)


class CardStream:
    """An open device."""

    def __init__(self, stream: _Stream, flow: "_Flow", stopped: str) -> None:
        self._stream = stream
        self._flow = flow
        self._stopped = stopped

    @property
    def xruns(self) -> int:
        """Times sound was dropped, or missing."""
        return self._flow.xruns

    @property
    def lost(self) -> str:
        """Why it stopped by itself: PortAudio only ever stops calling."""
        try:
            return "" if self._stream.is_active() else self._stopped
        except OSError:
            return self._stopped

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

    @abstractmethod
    def callback(
        self, captured: bytes | None, frames: int, times: Mapping[str, float], status: int
    ) -> tuple[bytes | None, int]:
        """Handle one period of the card."""

    def _offset_s(self, times: Mapping[str, float], moment: str) -> float:
        """Return how far a moment lies from now; 0 while a stream's times are still wrong."""
        self._calls += 1
        offset_s = times[moment] - times["current_time"]
        return offset_s if self._calls > SETTLING_CALLBACKS and abs(offset_s) < 2 else 0.0


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
        leaves_s = time.monotonic() + max(0.0, self._offset_s(times, "output_buffer_dac_time"))
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
        self._freshest_s = math.inf
        """The least age seen; its absolute value is wrong for the first second on some servers."""
        self._next_s = -math.inf
        """When the next block should begin, by the blocks before it."""

    def callback(
        self, captured: bytes | None, _frames: int, times: Mapping[str, float], status: int
    ) -> tuple[bytes | None, int]:
        self.xruns += status != 0 and self._calls > SETTLING_CALLBACKS
        age_s = -self._offset_s(times, "input_buffer_adc_time")
        if self._calls > SETTLING_CALLBACKS:
            self._freshest_s = min(self._freshest_s, age_s)
        backlog_s = max(0.0, age_s - self._freshest_s)
        if backlog_s > BACKLOG_S:
            self.xruns += 1
            return None, _CONTINUE
        for block in self._cutter.feed(mono(captured or b"", self._channels)):
            self._hear(block, self._stamp(backlog_s))
        return None, _CONTINUE

    def _stamp(self, backlog_s: float) -> float:
        """Return when a block began: evenly spaced, because callbacks come late but never early."""
        block_s = FRAME_MS / 1000
        latest_s = time.monotonic() - block_s - backlog_s
        late_s = latest_s - self._next_s
        at_s = self._next_s + CREEP * late_s if 0 <= late_s < GAP_S else latest_s
        self._next_s = at_s + block_s
        return at_s


def _channels(device: Device, kind: Kind) -> int:
    return int(device["maxInputChannels" if kind == "input" else "maxOutputChannels"])


def _formats(device: Device, kind: Kind) -> Iterator[tuple[int, int]]:
    own_hz = int(device["defaultSampleRate"])
    for rate_hz in dict.fromkeys([RATES_HZ[0], own_hz, *RATES_HZ[1:]]):
        for channels in (1, 2):
            if channels <= _channels(device, kind):
                yield rate_hz, channels


def quiet_libraries() -> None:
    """Let only Python write to stderr from now on: ALSA and JACK fill pages with what is normal."""
    sys.stderr.flush()
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
