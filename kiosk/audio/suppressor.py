"""libwebrtc's echo canceller (AEC3) and noise suppression, in livekit's `AudioProcessingModule`.

It runs at 48 kHz: its upper bands cost 2 ms of CPU per second, resampling to 16 kHz and back 9.
"""

import importlib

import numpy as np

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from kiosk.audio.profiles import Profile

DELAY_MS = 9
"""By which what it returns is late: its filter bank and its blocks of 4 ms."""


class Suppressor:
    """One microphone and one loudspeaker, in blocks of 10 ms."""

    def __init__(self, profile: Profile) -> None:
        """Raise `ImportError` or `OSError` when livekit or its library is not there."""
        self._frame = importlib.import_module("livekit.rtc").AudioFrame
        self._module = importlib.import_module("livekit.rtc.apm").AudioProcessingModule(
            echo_cancellation=profile.cancels_echo,
            noise_suppression=profile.suppresses_noise,
            high_pass_filter=True,
        )

    def play(self, block: Pcm) -> None:
        """Take what is played; before the block of the microphone that its echo is in."""
        frame = self._frame(bytearray(block.tobytes()), RATE_HZ, 1, FRAME_SAMPLES)
        self._module.process_reverse_stream(frame)

    def hear(self, block: Pcm) -> Pcm:
        """Return the microphone without echo; `RuntimeError` when the library refuses."""
        frame = self._frame(bytearray(block.tobytes()), RATE_HZ, 1, FRAME_SAMPLES)
        self._module.process_stream(frame)
        return np.frombuffer(frame.data, np.int16)
