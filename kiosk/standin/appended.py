"""Audio that comes over the event channel instead of as RTP."""

import base64
import binascii

import av
import numpy as np

from kiosk.standin.microphone import Samples
from kiosk.standin.vad import RATE_HZ
from kiosk.standin.wire import RefusedError

APPENDED_HZ = 24_000
"""Sample rate of `audio/pcm`, the format that a session has unless it names another."""
LONGEST_BYTES = 15 << 20
"""The most that one `input_audio_buffer.append` may hold."""
_WANTED = "Invalid 'audio'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got"


class Appended:
    """One stream of appended audio, brought to what the microphone works with."""

    def __init__(self) -> None:
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)

    def samples(self, audio: str) -> Samples:
        """Return what this piece of base64 completes, at 16 kHz; raises RefusedError."""
        pcm = decoded(audio)
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = APPENDED_HZ
        parts = [part.to_ndarray()[0] for part in self._resampler.resample(frame)]
        return np.concatenate(parts) if parts else np.empty(0, np.int16)


def decoded(audio: str) -> Samples:
    """Return the samples in base64, at `APPENDED_HZ`; raises RefusedError as the service does."""
    try:
        raw = base64.b64decode(audio, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refused("an invalid value") from error
    if not raw:
        raise _refused("empty bytes")
    if len(raw) % 2:
        raise _refused("an odd number of bytes")
    if len(raw) > LONGEST_BYTES:
        raise RefusedError(
            f"Invalid 'audio': too long, at most {LONGEST_BYTES} bytes.",
            code="string_above_max_length",
            param="audio",
        )
    return np.frombuffer(raw, "<i2").astype(np.int16)


def _refused(got: str) -> RefusedError:
    return RefusedError(f"{_WANTED} {got}.", param="audio")
